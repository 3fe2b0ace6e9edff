// From a list and a template to sealed documents: a page with steps. What was chosen stands in the address, so that
// the page can be left, reloaded and sent to a colleague.
import { Steps } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { usePhone, Page } from "@shell/parts";
import { CheckStep } from "./check_step";
import { FilesStep } from "./files_step";
import { SealStep } from "./seal_step";
import "./documents.css";

export interface Chosen { template: string; templateName: string; data: string; dataName: string }

export function readChosen(parameters: URLSearchParams): Chosen {
  const get = (name: string) => parameters.get(name) ?? "";
  return { template: get("template"), templateName: get("template_name"), data: get("data"), dataName: get("data_name") };
}

export function stepOf(chosen: Chosen, wish: string | null): number {
  if (!chosen.template || !chosen.data) return 0;
  const step = Number(wish ?? "0");
  return step >= 0 && step <= 2 ? step : 0;
}

export function NewRunPage() {
  const { t } = useTranslation();
  const phone = usePhone();
  const [parameters, setParameters] = useSearchParams();
  const chosen = readChosen(parameters);
  const step = stepOf(chosen, parameters.get("step"));
  const go = (next: number, files: Chosen = chosen) =>
    setParameters({ template: files.template, template_name: files.templateName, data: files.data, data_name: files.dataName, step: String(next) });
  const first = parameters.has("first");
  return (
    <Page title={first && step === 0 ? t("documents.first_title") : t("documents.new_title")} lead={step === 0 ? t("documents.new_lead") : undefined}>
      <Steps current={step} size="small" responsive={false} titlePlacement={phone ? "vertical" : "horizontal"}
        items={[{ title: t("documents.step.files") }, { title: t("documents.step.check") }, { title: t("documents.step.seal") }]} />
      {step === 0 && <FilesStep chosen={chosen} onChange={(files) => go(0, files)} onNext={(files) => go(1, files)} />}
      {step === 1 && <CheckStep chosen={chosen} onBack={() => go(0)} onNext={() => go(2)} />}
      {step === 2 && <SealStep chosen={chosen} onBack={() => go(1)} />}
    </Page>
  );
}
