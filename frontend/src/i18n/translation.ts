/** The forms that other languages than English count with: `few` and `many` in Polish, `two` in Arabic. */
type FurtherForms<Key> = Key extends `${infer Base}_other`
  ? `${Base}_${'zero' | 'two' | 'few' | 'many'}`
  : never;

/** What a translation of these English texts holds: exactly their keys, and where they count, further plural forms. */
export type Translation<Texts> = {
  [Key in keyof Texts]: Texts[Key] extends string ? string : Translation<Texts[Key]>;
} & { [Key in FurtherForms<keyof Texts>]?: string };
