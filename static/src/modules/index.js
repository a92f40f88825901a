// Intake's own behaviours. Each module exports one function that takes the document and starts it;
// a module must leave a page that lacks its markup alone, and a page must work without the module.
import { startDownloads } from "./download.js";
import { startFilters } from "./filter.js";
import { startFollowUps } from "./follow.js";
import { startGuards } from "./guard.js";
import { startMenus } from "./menu.js";
import { startPasskeys } from "./passkeys.js";
import { startPrintButtons } from "./print.js";
import { startProgress } from "./progress.js";
import { startReveals } from "./reveal.js";

export const modules = [
  startDownloads,
  startFilters,
  startFollowUps,
  startGuards,
  startMenus,
  startPasskeys,
  startPrintButtons,
  startProgress,
  startReveals,
];
