/**
 * `make`, but what it made of two objects it does not make again as long as both are alive. Arguments and results must
 * not be changed. What `make` throws is not remembered.
 */
export function memoizePair<A extends object, B extends object, T>(make: (a: A, b: B) => T): (a: A, b: B) => T {
  const known = new WeakMap<A, WeakMap<B, { readonly value: T }>>();
  return (a, b) => {
    const ofA = known.get(a) ?? new WeakMap<B, { readonly value: T }>();
    const found = ofA.get(b);
    if (found !== undefined) return found.value;
    const value = make(a, b);
    ofA.set(b, { value });
    known.set(a, ofA);
    return value;
  };
}
