import { LRUCache } from 'lru-cache';

import type { ProjectImage } from './project-image.js';

/** Resources of all images together; an image above it is made anew for each write. */
const MOST_RESOURCES = 500_000;

/** The images of the projects that were written last. Each is in the hands of one write at a time. */
export class ProjectImages {
  private readonly images = new LRUCache<string, ProjectImage>({
    maxSize: MOST_RESOURCES,
    sizeCalculation: ({ size }) => size + 1,
  });

  /** Hands out the image of a project in a state, until it is put back. Undefined: there is none. */
  take(projectId: string, stateId: string | undefined): ProjectImage | undefined {
    const image = this.images.get(projectId);
    if (!image || stateId === undefined || image.stateId !== stateId) return undefined;
    this.images.delete(projectId);
    return image;
  }

  put(projectId: string, image: ProjectImage): void {
    this.images.set(projectId, image);
  }
}
