"""The server: pages, the API and the sockets that telephones and browsers bring their sound by."""
