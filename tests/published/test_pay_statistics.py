import pytest

from analysis.published.pay_statistics import yearly_pay
from common.errors import InputError


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(24.5, 50_960), (199, 413_920), (1000, 1000), (62_000, 62_000), (0, 0)],
)
def test_an_amount_is_pay_of_an_hour_or_of_a_year(amount, expected):
    assert yearly_pay("offer", amount) == expected


@pytest.mark.parametrize("amount", [-1, 200, 999.99])
def test_an_amount_that_can_be_neither_is_refused(amount):
    with pytest.raises(InputError) as error:
        yearly_pay("offer", amount)
    assert str(error.value) == (
        f"offer: found {amount:g}, expected US dollars an hour (below 200) or a year (1,000 or "
        "more), or 0 for none"
    )
