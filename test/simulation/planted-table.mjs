// Keeps the table of planted bugs in docs/simulation.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./bundle.mjs";

const file = join(root, "docs", "simulation.md");
const begin = "<!-- planted bugs: written by `npm run simulate -- --planted --write` -->";
const end = "<!-- end of planted bugs -->";

export function writePlantedTable(found) {
  const [head, rest] = readFileSync(file, "utf8").split(begin);
  const tail = rest?.split(end)[1];
  if (tail === undefined) throw new Error(`${file} has no place for the table`);
  writeFileSync(file, `${head}${begin}\n\n${tableOf(found)}\n\n${end}${tail}`);
}

function tableOf(found) {
  const rows = found
    .toSorted((one, other) => one.bug.number - other.bug.number)
    .map(({ bug, caught }) => `| ${bug.number} | ${bug.title} | ${cellsOf(caught)} |`);
  return ["| # | Planted bug | Caught by | First seed |", "|---|---|---|---|", ...rows].join("\n");
}

function cellsOf(caught) {
  if (caught === null) return "**not caught** | –";
  if (caught.seed !== null) return `simulation, ${caught.check} | ${caught.seed}`;
  return `\`${caught.by}\`: ${caught.check} | –`;
}
