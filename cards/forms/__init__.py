"""Forms of the card's journeys: one file a journey."""
