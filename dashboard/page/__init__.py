"""What every page is made with: the page record, its renderer, its controls and its manners. No page is in here."""
