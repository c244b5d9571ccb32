"""What the server answers besides Streamlit: light pages, files, and the guards around it all."""
