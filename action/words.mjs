// The words of a line, as a shell would have them that knows quotation marks and nothing else.

export function words(line) {
  const parts = line.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+|\S/g) ?? [];
  return parts.map((part) => {
    if (part === '"' || part === "'") {
      throw new Error(`args: a quotation mark has no end: ${line}`);
    }
    return part.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single);
  });
}
