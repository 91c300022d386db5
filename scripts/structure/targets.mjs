/** The most that each figure of `measure` may be. */
export const targets = {
  roomImports: 60,
  roomCircles: 0,
  roomLayers: 8,
  longFunctions: 0,
  longParameterLists: 0,
  booleanParameters: 5,
  casts: 15,
  nonNullAssertions: 0,
  anyTypes: 0,
  unusedExports: 0,
  words: 0,
};
