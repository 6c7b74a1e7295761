"""Shares that published means allow, a second time: plain Python, and nothing of `src/`.

With three groups the share of the first, t, settles the others: two + three = 1 - t, and their
means must give what is left of the overall mean. Each condition is an upper or a lower limit of t.
"""


def limits_of_first(means, overall, second_at_least_third=False):
    """The smallest and the largest share of the first of three groups."""
    first, second, third = means
    # second share = a + b t, third share = 1 - t - (a + b t)
    a = (overall - third) / (second - third)
    b = (third - first) / (second - third)
    conditions = [(0, 1), (1, -1), (a, b), (1 - a, -1 - b)]
    if second_at_least_third:
        conditions.append((2 * a - 1, 2 * b + 1))
    low, high = 0.0, 1.0
    for constant, slope in conditions:
        if slope > 0:
            low = max(low, -constant / slope)
        elif slope < 0:
            high = min(high, constant / -slope)
    return low, high


def largest_share(mean, overall, others):
    return (overall - others) / (mean - others)


def pay_of_first_alone(holders, means, overall):
    """What the first group earns if the holders' mean is to come out, the others as they are."""
    ends = []
    for share in limits_of_first(means, overall):
        rest = overall - share * means[0]
        ends.append((holders - rest) / share)
    return min(ends), max(ends)
