// Filters only hide; without a script everything is shown.
for (const form of document.querySelectorAll("form.filters")) {
  const list = document.getElementById(form.dataset.of);
  const said = form.querySelector("output");
  const apply = () => {
    const words = form.elements.text.value.toLowerCase();
    const kind = new FormData(form).get("kind") || "all";
    let shown = 0;
    for (const row of list.children) {
      row.hidden = !(kind === "all" || row.dataset.kinds.split(" ").includes(kind)) || !row.dataset.text.includes(words);
      shown += row.hidden ? 0 : 1;
    }
    said.textContent = `${shown} of ${list.children.length} shown`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
}
