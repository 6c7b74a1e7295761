"""The columns of OEWS: what BLS calls them, and what the project calls them."""

LABELS = {
    "area_type": "AREA_TYPE",
    "area_code": "AREA",
    "area_title": "AREA_TITLE",
    "naics": "NAICS",
    "naics_title": "NAICS_TITLE",
    "own_code": "OWN_CODE",
    "soc_code": "OCC_CODE",
    "soc_title": "OCC_TITLE",
    "group": "O_GROUP",
    "industry_group": "I_GROUP",
}
"""What a row is of."""
VALUES = {
    "employment": "TOT_EMP",
    "employment_rse": "EMP_PRSE",
    "jobs_per_thousand": "JOBS_1000",
    "location_quotient": "LOC_QUOTIENT",
    "hourly_mean": "H_MEAN",
    "annual_mean": "A_MEAN",
    "mean_rse": "MEAN_PRSE",
    "hourly_p10": "H_PCT10",
    "hourly_p25": "H_PCT25",
    "hourly_median": "H_MEDIAN",
    "hourly_p75": "H_PCT75",
    "hourly_p90": "H_PCT90",
    "annual_p10": "A_PCT10",
    "annual_p25": "A_PCT25",
    "annual_median": "A_MEDIAN",
    "annual_p75": "A_PCT75",
    "annual_p90": "A_PCT90",
}
"""What is published of it."""
BLS_COLUMNS = LABELS | VALUES
OTHER_NAMES = {"LOC_Q": "LOC_QUOTIENT", "OCC_GROUP": "O_GROUP", "JOBS_1000_ORIG": "JOBS_1000"}
"""What BLS called a column in earlier years."""
RECORD = ["row", "year", *LABELS, *VALUES, "empty_cells"]
"""The fields of a row once it is read; `row` is its number in the file."""
EXPECTED = "an OEWS workbook (.xlsx) or zip file as BLS publishes it"
EARLIEST = 2019
"""The first May taken: earlier ones have other columns, occupations and areas."""
