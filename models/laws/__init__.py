"""Laws of (truth, persuasiveness): what they can answer, mixtures of normals, truth plus error, and both reweighted."""
