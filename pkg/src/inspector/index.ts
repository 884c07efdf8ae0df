/**
 * The custom element `<journal-inspector>`, which shows what is in a journal. Importing it defines it.
 *
 * @packageDocumentation
 */
import { JournalInspectorElement } from './element.js';

export { JournalInspectorElement };
export type { Fold, Folds, InspectedJournal, Restoring } from './types.js';

if (!customElements.get('journal-inspector')) customElements.define('journal-inspector', JournalInspectorElement);
