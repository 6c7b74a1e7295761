/**
 * Formulas such as `running * (1 + rate) ** lag`, read once and computed often, without `eval`.
 *
 * @typedef {Record<string, number>} Values  Numbers by name; NaN for what is not published.
 * @typedef {(values: Values) => number} Formula
 */

const TOKEN = /\s*(\*\*|[-+*/()]|[A-Za-z_]\w*|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)/y;

/**
 * The words, numbers and signs of a formula.
 *
 * @param {string} text
 * @returns {string[]}
 */
function tokens(text) {
  const found = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`formula '${text}': cannot be read at character ${at + 1}`);
    found.push(match[1]);
  }
  return found;
}

/**
 * A formula as a function of its inputs. Signs bind as in Python: `-a ** b` is `-(a ** b)`.
 *
 * @param {string} text
 * @returns {Formula}
 */
export function compile(text) {
  const rest = tokens(text);
  const fail = () => {
    throw new Error(`formula '${text}': found '${rest[0] ?? "its end"}', expected a value`);
  };

  /** @returns {Formula} */
  function sum() {
    let left = product();
    while (rest[0] === "+" || rest[0] === "-") {
      const sign = rest.shift() === "+" ? 1 : -1;
      const [before, after] = [left, product()];
      left = (values) => before(values) + sign * after(values);
    }
    return left;
  }

  /** @returns {Formula} */
  function product() {
    let left = signed();
    while (rest[0] === "*" || rest[0] === "/") {
      const divides = rest.shift() === "/";
      const [before, after] = [left, signed()];
      left = divides
        ? (values) => before(values) / after(values)
        : (values) => before(values) * after(values);
    }
    return left;
  }

  /** @returns {Formula} */
  function signed() {
    if (rest[0] !== "-") return power();
    rest.shift();
    const value = signed();
    return (values) => -value(values);
  }

  /** @returns {Formula} */
  function power() {
    const base = single();
    if (rest[0] !== "**") return base;
    rest.shift();
    const exponent = signed();
    return (values) => base(values) ** exponent(values);
  }

  /** @returns {Formula} */
  function single() {
    const token = rest.shift() ?? fail();
    if (token === "(") {
      const inner = sum();
      if (rest.shift() !== ")") throw new Error(`formula '${text}': a bracket is not closed`);
      return inner;
    }
    if (/^[\d.]/.test(token)) {
      const number = Number(token);
      return () => number;
    }
    if (!/^\w/.test(token)) {
      rest.unshift(token);
      fail();
    }
    return (values) => {
      const value = values[token];
      if (value === undefined) throw new Error(`formula '${text}': '${token}' is no input`);
      return value;
    };
  }

  const whole = sum();
  if (rest.length) throw new Error(`formula '${text}': '${rest[0]}' follows its end`);
  return whole;
}
