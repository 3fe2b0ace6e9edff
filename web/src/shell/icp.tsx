// 备案号: in mainland China it stands at the foot of every page and leads to the ministry's register (非经营性互联网信息
// 服务备案管理办法, article 13). Asked for once a visit; without one, and while the server cannot be asked, nothing stands there.
import { useEffect, useSyncExternalStore } from "react";
import { api, body } from "./api/client";

let shown = "";
let asked: Promise<void> | undefined;
const listeners = new Set<() => void>();

export function showIcpNumber(number: string) {
  shown = number;
  for (const tell of listeners) tell();
}

const ask = () => asked ??= body(api.GET("/api/v1/site")).then((site) => showIcpNumber(site.icp_number)).catch(() => { asked = undefined; });

const listen = (tell: () => void) => {
  listeners.add(tell);
  return () => { listeners.delete(tell); };
};

export function IcpNumber() {
  const number = useSyncExternalStore(listen, () => shown);
  useEffect(() => { void ask(); }, []);
  if (!number) return null;
  return <a className="icp small" href="https://beian.miit.gov.cn/" target="_blank" rel="noopener noreferrer">{number}</a>;
}
