"""The JSON API of version 1: reports, journeys, rebuild. `views` has every address."""
