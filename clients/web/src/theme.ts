/** Light or dark, language and units, before anything is drawn: all that is ever stored on a machine. */
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const show = (): void => {
  const wanted = localStorage.getItem("theme");
  root.dataset["theme"] = wanted === "dark" || wanted === "light" ? wanted : dark.matches ? "dark" : "light";
};
show();
dark.addEventListener("change", show);
