export async function showNode(view: unknown): Promise<void> {
  void view;
  await new Promise(() => undefined);
}
