/** What radio buttons and boxes have in common. */
export interface Choice<Value extends string = string> {
  name: string;
  label: string;
  options: readonly { value: Value; label: string }[];
  help?: string | undefined;
  error?: string | undefined;
  optional?: boolean;
}
