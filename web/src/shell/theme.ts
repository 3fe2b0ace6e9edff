// The same tokens for Ant Design: its algorithm needs colours as values, so they stand here once more; theme.test.ts
// holds them to tokens.css and to the contrast that ui.md asks for.
import { theme as antd, type ThemeConfig } from "antd";

export interface Palette {
  paper: string; card: string; shade: string; line: string; lineStrong: string; ink: string; ink2: string;
  cinnabar: string; teal: string; tealStrong: string; tealSoft: string; onTeal: string; pine: string; gold: string;
}

export const light: Palette = {
  paper: "#faf8f4", card: "#ffffff", shade: "#f2efe8", line: "#e4dfd5", lineStrong: "#8f959e", ink: "#1f2329",
  ink2: "#646a73", cinnabar: "#c8372d", teal: "#1f6f6b", tealStrong: "#185754", tealSoft: "#e6f0ef",
  onTeal: "#ffffff", pine: "#3c7a3a", gold: "#b7791f",
};
export const dark: Palette = {
  paper: "#17191c", card: "#1f2226", shade: "#262a2f", line: "#353a41", lineStrong: "#7d848d", ink: "#eceae5",
  ink2: "#a9afb8", cinnabar: "#ee7a6f", teal: "#6fbfb9", tealStrong: "#8fd0cb", tealSoft: "#1f3534",
  onTeal: "#10201f", pine: "#6fae6c", gold: "#d9a04a",
};

export function antTheme(isDark: boolean, phone: boolean): ThemeConfig {
  const p = isDark ? dark : light;
  return {
    algorithm: isDark ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: p.teal, colorPrimaryHover: p.tealStrong, colorPrimaryActive: p.tealStrong, colorInfo: p.teal,
      colorSuccess: p.pine, colorWarning: p.gold, colorError: p.cinnabar, colorErrorText: p.cinnabar,
      colorLink: p.teal, colorLinkHover: p.tealStrong, colorLinkActive: p.tealStrong,
      colorText: p.ink, colorTextSecondary: p.ink2, colorTextTertiary: p.ink2, colorTextDescription: p.ink2,
      colorTextPlaceholder: p.ink2, colorTextHeading: p.ink, colorTextLightSolid: p.onTeal,
      colorBgBase: p.card, colorBgLayout: p.paper, colorBgContainer: p.card, colorBgElevated: p.card,
      colorBorder: p.lineStrong, colorBorderSecondary: p.line, colorSplit: p.line,
      colorFillAlter: p.shade, controlItemBgActive: p.tealSoft, controlItemBgHover: p.shade,
      fontFamily: "var(--font)", fontSize: phone ? 16 : 14, controlHeight: phone ? 44 : 36,
      borderRadius: 6, borderRadiusLG: 8, wireframe: false,
      boxShadow: "none", boxShadowSecondary: `0 0 0 1px ${p.line}`, boxShadowTertiary: "none",
    },
    components: {
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none", fontWeight: 500, dangerColor: p.onTeal,
        colorError: p.cinnabar },  // as it is: the dark algorithm makes it too dim to read
      Table: { headerBg: "transparent", headerColor: p.ink2, headerSplitColor: "transparent", rowHoverBg: p.shade,
        cellPaddingBlock: 12 },
      Steps: { iconSize: 26 },
      Input: { activeShadow: `0 0 0 2px ${p.tealSoft}` },
      Select: { optionSelectedBg: p.tealSoft },
      Segmented: { trackBg: p.shade, itemSelectedBg: p.card },
      Drawer: { footerPaddingBlock: 12 },
      Progress: { defaultColor: p.teal, remainingColor: p.line },
      Tag: { defaultBg: p.shade, defaultColor: p.ink },
    },
  };
}
