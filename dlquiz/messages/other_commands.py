"""What does here what a command of another program does there: each sentence in English and in Chinese."""

from __future__ import annotations

# (English, Chinese); they are the fixes of `dlquiz/cli/other_names.py`.
PHRASES: tuple[tuple[str, str], ...] = (
    ("dlquiz study asks the next questions", "dlquiz study 问接下来的题"),
    (
        "dlquiz stats shows days, retention and the forecast, dlquiz alone what to do next",
        "dlquiz stats 显示每日记录、记忆保持率和预测；只写 dlquiz 显示接下来做什么",
    ),
    (
        "dlquiz study does it to the card that it shows, with a key; ? lists the keys",
        "在 dlquiz study 中按键对当前卡片操作；按 ? 看按键",
    ),
    (
        "dlquiz anki sync exchanges reviews with the Anki here, dlquiz import FILE.apkg reads a package",
        "dlquiz anki sync 与本机的 Anki 交换复习记录；dlquiz import 文件.apkg 读取一个包",
    ),
    (
        "dlquiz config KEY shows a setting, dlquiz config KEY VALUE sets it",
        "dlquiz config 设置项 显示它的值；dlquiz config 设置项 值 修改它",
    ),
    (
        "dlquiz bank show CARD says in which file it is; cards are edited there, or with e in dlquiz study",
        "dlquiz bank show 卡片 显示它在哪个文件；可在那里修改，或在 dlquiz study 中按 e",
    ),
    (
        "dlquiz study --cram asks anything and schedules nothing, dlquiz drill asks numbers",
        "dlquiz study --cram 什么都可以问，不影响复习安排；dlquiz drill 练习计算题",
    ),
    ("dlquiz drill asks computed questions", "dlquiz drill 练习计算题"),
    ("dlquiz interview is a mock interview", "dlquiz interview 是模拟面试"),
    ("dlquiz plan DATE plans towards an interview", "dlquiz plan 日期 为面试制定计划"),
    ("dlquiz alone shows your progress", "只写 dlquiz 显示你的进度"),
    ("dlquiz sheet sums up what you missed and the formulas", "dlquiz sheet 汇总答错的题和公式"),
    ("dlquiz bank list lists the cards", "dlquiz bank list 列出卡片"),
    ("dlquiz bank search WORDS finds cards", "dlquiz bank search 字词 查找卡片"),
    ("dlquiz bank show CARD shows a card", "dlquiz bank show 卡片 显示一张卡片"),
    ("dlquiz bank decks lists the decks", "dlquiz bank decks 列出题组"),
    ("dlquiz bank tags lists the tags", "dlquiz bank tags 列出标签"),
    ("dlquiz bank check FILE reports problems of card files", "dlquiz bank check 文件 报告卡片文件的问题"),
    ("dlquiz add adds a card of your own", "dlquiz add 添加自己的卡片"),
    ("dlquiz forget CARD resets the progress of a card", "dlquiz forget 卡片 清除一张卡片的进度"),
    ("dlquiz undo takes back the last answer", "dlquiz undo 撤销上一次作答"),
    (
        "dlquiz backup --restore DATE puts the review log back to a backup",
        "dlquiz backup --restore 日期 把复习记录恢复到某个备份",
    ),
    (
        "every answer is saved at once; dlquiz backup makes a copy",
        "每次作答都会立即保存；dlquiz backup 另存一份",
    ),
    ("dlquiz history shows today's answers", "dlquiz history 显示今天的作答"),
    ("dlquiz sync DIR exchanges reviews with other computers", "dlquiz sync 目录 与其他电脑交换复习记录"),
    ("dlquiz import FILE reads notes, or a package of Anki", "dlquiz import 文件 读取笔记或 Anki 的包"),
    ("dlquiz export lists the formats", "dlquiz export 列出各种格式"),
    ("dlquiz --version shows the version", "dlquiz --version 显示版本"),
    (
        "pip installs a new version; dlquiz --version shows this one",
        "用 pip 安装新版本；dlquiz --version 显示当前版本",
    ),
    ("dlquiz doctor --repair repairs the review log", "dlquiz doctor --repair 修复复习记录"),
    (
        "dlquiz optimise fits the memory model to your reviews",
        "dlquiz optimise 按你的复习记录拟合记忆模型",
    ),
    (
        "dlquiz --install-completion installs completion for this shell",
        "dlquiz --install-completion 为当前 shell 安装补全",
    ),
    ("dlquiz calc computes layers, networks and costs", "dlquiz calc 计算层、网络和开销"),
    # dlquiz bank
    (
        "dlquiz add adds a card of your own, dlquiz bank new prints a template",
        "dlquiz add 添加自己的卡片；dlquiz bank new 打印模板",
    ),
    (
        "a card of your own is deleted in its file; dlquiz bank show CARD says where",
        "自己的卡片要在它的文件里删；dlquiz bank show 卡片 会指出是哪个文件",
    ),
    ("dlquiz import NOTES makes cards of notes", "dlquiz import 笔记 把笔记变成卡片"),
    (
        "dlquiz config banks PATH adds files or directories of cards",
        "dlquiz config banks 路径 添加卡片文件或目录",
    ),
    ("dlquiz bank new prints a template", "dlquiz bank new 打印模板"),
    # dlquiz anki, dlquiz export
    (
        "dlquiz export anki writes a package, dlquiz anki sync goes to the Anki here",
        "dlquiz export anki 写出一个包；dlquiz anki sync 与本机的 Anki 同步",
    ),
    ("dlquiz anki sync --revert takes the last exchange back", "dlquiz anki sync --revert 撤销上一次同步"),
    ("dlquiz export anki writes a package of Anki", "dlquiz export anki 写出 Anki 的包"),
    (
        "dlquiz export markdown writes a study sheet, dlquiz sheet --html a page to print",
        "dlquiz export markdown 写出学习资料；dlquiz sheet --html 生成可打印的网页",
    ),
    ("dlquiz export csv writes a table", "dlquiz export csv 写出表格"),
    (
        "dlquiz export json writes the cards; decks of your own are YAML files already",
        "dlquiz export json 写出卡片；自己的题组本来就是 YAML 文件",
    ),
    # dlquiz plan, backup, import, sync
    ("write the date alone: dlquiz plan {date}", "只写日期：dlquiz plan {date}"),
    ("dlquiz backup --restore DATE", "请用 dlquiz backup --restore 日期"),
    ("dlquiz backup --list", "请用 dlquiz backup --list"),
    ("dlquiz backup --verify", "请用 dlquiz backup --verify"),
    ("dlquiz backup alone makes one", "只写 dlquiz backup 就会新建一个"),
    ("write the file alone: dlquiz import FILE", "只写文件：dlquiz import 文件"),
    (
        "dlquiz sync sends and receives at once; dlquiz sync DIR names the folder",
        "dlquiz sync 同时收发；dlquiz sync 目录 指定文件夹",
    ),
    # dlquiz calc
    (
        "dlquiz calc params MODEL counts a transformer, dlquiz calc net MODEL lists its layers",
        "dlquiz calc params 模型 计算 Transformer 的参数量；dlquiz calc net 模型 列出各层",
    ),
    (
        "dlquiz calc fit MODEL --gpu NAME says whether a model fits",
        "dlquiz calc fit 模型 --gpu 名字 判断模型放不放得下",
    ),
    ("dlquiz calc rf NET gives receptive fields", "dlquiz calc rf 网络 给出感受野"),
    ("dlquiz calc diff NET NET compares two networks", "dlquiz calc diff 网络 网络 比较两个网络"),
    ("dlquiz calc net NET lists the layers of a network", "dlquiz calc net 网络 列出网络的各层"),
    ("dlquiz calc linear is a fully connected layer", "dlquiz calc linear 是全连接层"),
    ("dlquiz calc kv MODEL gives the KV cache", "dlquiz calc kv 模型 给出 KV 缓存"),
    (
        "dlquiz calc layer NAME takes any layer by torch's name",
        "dlquiz calc layer 名字 按 torch 的名字计算任何层",
    ),
)
