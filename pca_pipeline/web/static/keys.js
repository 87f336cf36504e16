// A key for hands, on every page: / goes to the search.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), select")) return;
  document.querySelector("input[type=search]")?.select();
  event.preventDefault();
});
