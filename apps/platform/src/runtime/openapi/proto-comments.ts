import type { DescEnum, DescField, DescFile, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';

type Commented = DescEnum | DescField | DescMessage | DescMethod | DescService;

/** Numbers of the fields of the descriptors' own messages, of which the paths of source locations are made. */
const IN_FILE = { message: 4, enum: 5, service: 6 } as const;
const IN_MESSAGE = { field: 2, message: 3, enum: 4 } as const;
const IN_SERVICE = { method: 2 } as const;

/** Reads the comments above what proto files declare. */
export class ProtoComments {
  private readonly commentsOf = new WeakMap<DescFile, ReadonlyMap<string, string>>();

  /** The comment in one line for each paragraph; empty when there is none. */
  of(declared: Commented): string {
    const file = 'file' in declared ? declared.file : declared.parent.file;
    let comments = this.commentsOf.get(file);
    if (!comments) {
      comments = new Map(
        (file.proto.sourceCodeInfo?.location ?? []).map(({ path, leadingComments }) => [
          path.join('.'),
          textOf(leadingComments),
        ]),
      );
      this.commentsOf.set(file, comments);
    }
    return comments.get(pathOf(declared).join('.')) ?? '';
  }
}

function pathOf(declared: Commented): readonly number[] {
  switch (declared.kind) {
    case 'service':
      return [IN_FILE.service, declared.file.proto.service.indexOf(declared.proto)];
    case 'rpc':
      return [...pathOf(declared.parent), IN_SERVICE.method, declared.parent.methods.indexOf(declared)];
    case 'field':
      return [...pathOf(declared.parent), IN_MESSAGE.field, declared.parent.proto.field.indexOf(declared.proto)];
    case 'enum':
      return declared.parent
        ? [...pathOf(declared.parent), IN_MESSAGE.enum, declared.parent.proto.enumType.indexOf(declared.proto)]
        : [IN_FILE.enum, declared.file.proto.enumType.indexOf(declared.proto)];
    case 'message':
      return declared.parent
        ? [...pathOf(declared.parent), IN_MESSAGE.message, declared.parent.proto.nestedType.indexOf(declared.proto)]
        : [IN_FILE.message, declared.file.proto.messageType.indexOf(declared.proto)];
  }
}

function textOf(comment: string): string {
  return comment
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim().replace(/\s*\n\s*/g, ' '))
    .join('\n\n')
    .trim();
}
