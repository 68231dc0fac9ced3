"""The staff's pages: the landing page, login, and the desk (NiceGUI)."""
