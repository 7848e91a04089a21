"""Levels of the water; `register_tides_pipelines` is found and called by its name."""

from spine.framework.pipelines import Pipeline


class FetchLevels(Pipeline):
    """Fetches the levels of a day."""

    name = "tides.fetch_levels"

    def run(self):
        return self.params["day"], self.params.get("gauge", "pier 4")


class ForecastLevels(FetchLevels):
    """The levels of the days to come."""

    name = "tides.forecast"

    def run(self):
        return super().run(), self.params.get("days", 3)


def register_tides_pipelines(registry):
    registry.register(FetchLevels)
    registry.register(ForecastLevels)
