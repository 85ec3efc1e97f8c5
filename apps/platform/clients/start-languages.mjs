/** Installs and starts the programs of the languages, one after the other. */
import { missingTool } from './languages.mjs';
import { startProgram } from './program.mjs';

/** @returns the programs that run, and the languages that cannot be tried, with the reason. */
export async function startLanguages(languages, cache, run, say) {
  const programs = [];
  const skipped = [];
  for (const language of languages) {
    const { name } = language;
    const tool = missingTool(language);
    if (tool !== undefined) {
      skipped.push({ name, reason: `there is no ${tool} on this machine` });
      continue;
    }
    try {
      say(`${name}: installing`);
      const command = await language.prepare(cache, run);
      programs.push({ language, program: startProgram(command) });
    } catch (error) {
      skipped.push({ name, reason: error.message.split('\n').slice(-3).join(' ').trim() });
    }
  }
  return { programs, skipped };
}
