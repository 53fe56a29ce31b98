"""What every room stands on: errors that name a place, and dates that may be incomplete."""
