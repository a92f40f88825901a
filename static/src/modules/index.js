// Intake's own behaviours. Each module exports one function that takes the document and starts it;
// a module must leave a page that lacks its markup alone, and a page must work without the module.
import { startPrintButtons } from "./print.js";

export const modules = [startPrintButtons];
