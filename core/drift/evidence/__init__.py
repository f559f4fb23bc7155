"""What drift is judged by: mixes in units that are exchangeable without drift, and what speaks for a change."""
