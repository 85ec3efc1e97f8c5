/** Thrown through an evaluation that cannot be made here. The message completes a sentence that begins with the flag. */
export class Undecidable extends Error {}
