/** The standard normal distribution, as far as a page needs it. */

// Chebyshev coefficients of erfc (Numerical Recipes, `erfcc`): within 1.2e-7 of it everywhere.
const ERFC = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];

/**
 * The share of a standard normal distribution at or below `z`.
 *
 * @param {number} z
 * @returns {number}
 */
export function normalShare(z) {
  const size = Math.abs(z) / Math.SQRT2;
  if (size > 20) return z < 0 ? 0 : 1;
  const t = 1 / (1 + size / 2);
  const series = ERFC.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const beyond = (t * Math.exp(-size * size + series)) / 2;
  return z < 0 ? beyond : 1 - beyond;
}

// Acklam's rational approximations of the quantile: relative error below 1.2e-9.
const MIDDLE = [
  [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ],
  [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
    -13.28068155288572, 1,
  ],
];
const TAIL = [
  [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
    4.374664141464968, 2.938163982698783,
  ],
  [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
];

/**
 * The value of a polynomial whose coefficients come highest power first.
 *
 * @param {number[]} coefficients
 * @param {number} x
 */
const polynomial = (coefficients, x) => coefficients.reduce((sum, one) => sum * x + one, 0);

/**
 * The value below which a share of a standard normal distribution lies.
 *
 * @param {number} share  Above 0 and below 1.
 * @returns {number}
 */
export function normalQuantile(share) {
  const rarer = Math.min(share, 1 - share);
  if (rarer < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(rarer));
    const low = polynomial(TAIL[0], q) / polynomial(TAIL[1], q);
    return share < 0.5 ? low : -low;
  }
  const q = share - 0.5;
  return (q * polynomial(MIDDLE[0], q * q)) / polynomial(MIDDLE[1], q * q);
}
