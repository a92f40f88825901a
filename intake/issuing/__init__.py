"""What a case holds, read and put into the typed context of a document: between the records and the printed page."""
