// The `jitc` command: all of it lives in the library, so that the tool and users' programs run the
// same code.
int jc_tool_main_(int argc, char **argv);

int main(int argc, char **argv) { return jc_tool_main_(argc, argv); }
