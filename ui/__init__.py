"""Everything a person or a browser sees: the Streamlit screens and the light pages."""
