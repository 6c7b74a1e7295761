"""The statistics of annual pay that OEWS publishes: their names, columns and probabilities."""

STATISTICS = {
    "mean": "mean",
    "median": "median",
    "p10": "10th percentile",
    "p25": "25th percentile",
    "p75": "75th percentile",
    "p90": "90th percentile",
}
"""Each statistic in words."""

PAY_COLUMNS = {statistic: f"annual_{statistic}" for statistic in STATISTICS}
"""The column of an OEWS table that holds each statistic, in US dollars a year."""

PERCENTILES = {"p10": 0.10, "p25": 0.25, "median": 0.50, "p75": 0.75, "p90": 0.90}
"""The share of jobs that pay at most each percentile, lowest first."""
