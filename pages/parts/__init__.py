"""What several pages draw; Streamlit looks for pages in the folder above, not here."""
