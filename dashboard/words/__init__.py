"""What pages say: numbers as people read them, the course of mean truth, and each method's and each world's own words."""
