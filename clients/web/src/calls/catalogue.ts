/** Names of woods, bits and machines, read once. */
import { signal } from "@preact/signals";
import type { MachinePreset, MaterialPreset, ToolPreset } from "../gen/rmos/feasibility/v1/catalog_service_pb.js";

export interface Catalogue {
  readonly materials: readonly MaterialPreset[];
  readonly tools: readonly ToolPreset[];
  readonly machines: readonly MachinePreset[];
}

export const catalogue = signal<Catalogue | undefined>(undefined);
let asked: Promise<void> | undefined;

async function read(): Promise<void> {
  const { catalog } = await import("./catalog.js");
  const [materials, tools, machines] = await Promise.all([
    catalog.listMaterials({ pageSize: 1000 }),
    catalog.listTools({ pageSize: 1000 }),
    catalog.listMachines({ pageSize: 1000 }),
  ]);
  catalogue.value = { materials: materials.materials, tools: tools.tools, machines: machines.machines };
}

/** Read it, if nobody has. Without it ids stand where names would. */
export function needCatalogue(): void {
  asked ??= read().catch(() => {
    asked = undefined;
  });
}

export const woodName = (id: string): string =>
  catalogue.value?.materials.find((entry) => entry.material?.materialId === id)?.displayName ?? id;
export const toolName = (id: string): string =>
  catalogue.value?.tools.find((entry) => entry.tool?.toolId === id)?.displayName ?? id;
export const machineName = (id: string): string =>
  catalogue.value?.machines.find((entry) => entry.machine?.machineId === id)?.displayName ?? id;
