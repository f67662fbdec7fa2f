// jitc devices, jitc ops, jitc env: what there is.
#include <string.h>

#include "frontend/tool/tool.h"
#include "runtime/config.h"

int tool_devices(const ToolArgs *args) {
  (void)args;
  device_print(stdout);
  const bool named = *config_text(CONFIG_DEVICE) != 0;
  return !named || tool_device() ? TOOL_OK : tool_error(TOOL_BAD_INPUT);
}

int tool_env(const ToolArgs *args) {
  (void)args;
  config_print(stdout);
  return TOOL_OK;
}

static const char *dtypes_text(const OpInfo *o, char buf[64]) {
  if (o->op_class == CLASS_CONTROL || o->op_class == CLASS_BARRIER || !o->accepts) return "any";
  snprintf(buf, 64, "%s%s%s", o->accepts & ACCEPTS_FLOAT ? " float" : "",
           o->accepts & ACCEPTS_INT ? " int" : "", o->accepts & ACCEPTS_BOOL ? " bool" : "");
  return buf + 1;
}

static const char *attrs_text(const OpInfo *o, char buf[512]) {
  int n = 0;
  buf[0] = 0;
  for (int i = 0; i < ATTR_COUNT; i++) {
    if (o->attrs >> i & 1)
      n += snprintf(buf + n, 512 - (size_t)n, n ? ", %s" : "%s", attr_fields[i].name);
  }
  return buf;
}

static void print_op(const OpInfo *o, bool markdown) {
  char dtypes[64], attrs[512], count[16];
  snprintf(count, sizeof count, "%d", o->args);
  const char *operands = o->args == VARIADIC ? "any" : count;
  const char *types = dtypes_text(o, dtypes), *attributes = attrs_text(o, attrs);
  if (!markdown) {
    printf("%-24s%-4s %-15s %s", o->name, operands, types, o->doc);
    printf(*attributes ? "  {%s}\n" : "\n", attributes);
    return;
  }
  printf("| `%s` | %s | %s | %s | ", o->name, operands, types, attributes);
  for (const char *s = o->doc; *s; s++) printf(*s == '|' ? "\\%c" : "%c", *s);
  puts(" |");
}

int tool_ops(const ToolArgs *args) {
  if (args->markdown)
    puts("| op | operands | dtypes | attributes | meaning |\n|---|---|---|---|---|");
  for (int op = 0; op < OP_COUNT; op++) print_op(op_info((Op)op), args->markdown);
  return TOOL_OK;
}
