import type { Endpoint } from "../api/types";
import { Badge } from "../parts/Badge";
import { words } from "./words";

const TONES = { active: "good", failing: "warning", paused: "bad" } as const;

export function EndpointBadge({ endpoint }: { endpoint: Endpoint }) {
  return <Badge tone={TONES[endpoint.status]}>{words(`status_${endpoint.status}`)}</Badge>;
}
