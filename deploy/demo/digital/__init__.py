"""Digital goods: what they say, the files a buyer downloads, and their covers."""
