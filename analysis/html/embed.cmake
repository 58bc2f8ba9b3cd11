# Turns what every page holds, its style and scripts, into C++ with their SHA-256:
#   cmake -DFOLDER=analysis/html -DOUT=page_files.cpp -P embed.cmake
file(READ ${FOLDER}/uplot/LICENSE license)
file(READ ${FOLDER}/uplot/uPlot.min.css chart_style)
file(READ ${FOLDER}/uplot/uPlot.iife.min.js chart_script)
file(READ ${FOLDER}/report.css style)
file(READ ${FOLDER}/report.js page_script)
string(PREPEND style "${chart_style}\n")
string(PREPEND chart_script "/*\n${license}*/\n")

set(text "#include \"analysis/html/page_files.h\"\n\nnamespace faultline::analysis::html {\n\n")
foreach(name style chart_script page_script)
  string(SHA256 hash "${${name}}")
  string(APPEND text "const PageFile ${name} = {\"${hash}\", R\"page(${${name}})page\"};\n\n")
endforeach()
string(APPEND text "}  // namespace faultline::analysis::html\n")
file(WRITE ${OUT} "${text}")
