"""What an edition is carried away as: linked data (JSON-LD), and a site that needs no server.

It is given what is public and gives back files; it knows no database and no screen.
"""

from exporting.linked_data import linked_data
from exporting.site import PictureOf, SiteFile, site_files

__all__ = ["PictureOf", "SiteFile", "linked_data", "site_files"]
