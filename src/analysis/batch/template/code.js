for (const box of document.querySelectorAll("[data-filter]")) {
  const table = box.querySelector("table");
  const heads = [...table.querySelectorAll("thead tr:last-child th")];
  const column = heads.findIndex((head) => head.textContent.trim() === box.dataset.filter);
  const rows = [...table.tBodies[0].rows];
  const values = [...new Set(rows.map((row) => row.cells[column].textContent.trim()))];
  const label = document.createElement("label");
  const choice = document.createElement("select");
  choice.add(new Option(`all ${rows.length}`, ""));
  for (const value of values) choice.add(new Option(value));
  choice.addEventListener("change", () => {
    for (const row of rows) row.hidden = choice.value && row.cells[column].textContent.trim() !== choice.value;
  });
  label.append(`${box.dataset.filter}: `, choice);
  box.prepend(label);
}
(() => {
  const folds = [...document.querySelectorAll("details.code")];
  if (!folds.length) return;
  const button = document.createElement("button");
  const show = (open) => {
    folds.forEach((fold) => { fold.open = open; });
    button.setAttribute("aria-pressed", String(open));
    button.textContent = open ? "Hide all code" : "Show all code";
  };
  let remembered = null;
  try { remembered = sessionStorage.getItem("code"); } catch { /* storage can be off; the switch still works */ }
  button.type = "button";
  button.className = "switch";
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    show(open);
    try { sessionStorage.setItem("code", String(open)); } catch { /* as above */ }
  });
  show(remembered === "true");
  document.querySelector("h1").after(button);
})();
