"""One pipeline for each gauge, made when this file is imported."""

from spine.framework.registry import register_pipeline

from harbor.tides.pipelines import FetchLevels

for gauge in open("gauges.txt").read().split():
    register_pipeline(f"tides.gauge_{gauge}")(FetchLevels)
