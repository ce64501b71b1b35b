export async function showNetwork(view: unknown): Promise<void> {
  void view;
  await new Promise(() => undefined);
}
