import { isFirst } from "../core/api";
import { guard } from "../core/guard";
import { start, whenShown } from "../core/start";

if (isFirst()) {
  whenShown(guard(start));
}
