// The page to compare with: mermaid draws a flow chart of as many nodes as kubehop's first picture, nested as there.

import mermaid from "mermaid";

const count = Number(new URLSearchParams(location.search).get("nodes"));
const lines = ["flowchart LR", "  n0[internet 203.0.113.9] --> n1[load balancer 52.0.0.10]"];
// Every fifth node begins a container of its own, as nodes and subnets are.
for (let n = 2; n < count; n++) {
  if ((n - 2) % 5 === 0) lines.push(...(n > 2 ? ["  end"] : []), `  subgraph g${n} [node ${n} 10.1.0.${n}]`);
  lines.push(`    n${n}[pod ${n} 10.244.1.${n}]`);
}
if (count > 2) lines.push("  end");
for (let n = 2; n < count; n++) lines.push(`  n${n - 1} --> n${n}`);

document.querySelector(".mermaid").textContent = lines.join("\n");
mermaid.initialize({ startOnLoad: false });
await mermaid.run();
performance.mark("mermaid:first-diagram");
