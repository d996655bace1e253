"""At the edge: the picture a browser asked for, in the best format it draws."""
