import { Component, type ReactNode } from 'react';

/** A view that fails says so in its place; the others go on. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly failure?: string }> {
  override state: { readonly failure?: string } = {};

  static getDerivedStateFromError(error: unknown): { readonly failure: string } {
    return { failure: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.failure === undefined) return this.props.children;
    return (
      <p className="words" role="alert">
        This view has failed: {this.state.failure}. The others go on; loading the page anew may help.
      </p>
    );
  }
}
