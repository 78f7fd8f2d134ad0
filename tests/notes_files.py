"""Notes as people write them, in `notes/`: one file for each habit, with the questions that stand in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

DIRECTORY = Path(__file__).parent / "notes"


@cache
def text_of(name: str) -> str:
    """The notes in the file of this name, whose words are joined by hyphens."""
    return (DIRECTORY / f"{name.replace(' ', '-')}.md").read_text(encoding="utf-8")


class NotesFile(NamedTuple):
    """`questions` in the order of the file; `drafts` of them have no answer; `unplaced` is what no card may take."""

    name: str
    habit: str
    questions: list[str]
    drafts: int = 0
    unplaced: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return text_of(self.name)


# Paragraphs that end in a question, and no cards.
PROSE = text_of("prose")
_FILES = (
    NotesFile(
        "numbered headings", "F1",
        ["What is padding?", "How large is the output?", "空洞卷积是什么？", "Group normalisation",
         "Why divide by $\\sqrt{d_k}$?", "Why several heads?"],
        2, ("Some words before the first question.", "Some book."),
    ),
    NotesFile(
        "plain headings", "F2", ["鞍点的定义和特点？", "什么是 ReLU？", "什么时候用 BN？"], 1, ("一本书。",)
    ),
    NotesFile(
        "bold lines", "F3",
        ["What is supervised learning?", "What is regression?", "Which models are linear?", "How is it trained?"], 1,
    ),
    NotesFile(
        "labelled bullets", "F4", ["用了什么激活函数？", "几个卷积层"], 0, ("2012 年冠军。", "很多工作用它。")
    ),
    NotesFile(
        "headings in bullets", "F4", ["解释感受野", "BatchNorm 和 LayerNorm 的区别", "池化的作用"], 1
    ),
    NotesFile(
        "numbered items", "F5",
        ["Dropout的理解", "梯度消失和梯度爆炸的原因", "什么时候使用BN和LN？", "What is RAG?", "池化的作用 (两点)"], 1,
    ),
    NotesFile(
        "stems", "F5",
        ["What is a random variable?", "A learning rate is halved. What happens to the loss?",
         "A learning rate is halved. Why is that so?", "Derive the estimator.",
         "Is it biased?", "Is it consistent?",
         "Say that a coin is fair. How many flips are needed on average, and why is it not a different number of flips "
         "than for a coin that is not?"], 6,
    ),
    NotesFile(
        "numbered bullets", "F8",
        ["主流模型有哪些？", "训练目标是什么？", "归一化: 怎么算？", "归一化: 有什么特点？",
         "为什么是 decoder-only？"], 5,
    ),
    NotesFile(
        "folded blocks", "F6", ["What is a kernel?", "Why odd sizes?", "What is stride?", "What is dilation?"], 0,
        ("Some words outside.",),
    ),
    NotesFile(
        "html headings", "F7", ["What is a tensor?", "Explain broadcasting", "What is a view?"], 1
    ),
    NotesFile(
        "outline", "F8", ["什么是 IoU？", "NMS 的步骤是什么？", "什么是 anchor？", "为什么要用 FPN？"], 4
    ),
    NotesFile("flashcards", "F9", ["What is a batch?", "What is an epoch?"]),
    NotesFile("inline flashcards", "F9", ["What is a logit?", "What is a prior?", "学习率"]),
    NotesFile(
        "hashcards", "F9",
        ["What does Adam estimate?", "What is AdamW?", "The @{1} of the batch is @{2}."],
    ),
    NotesFile("front and back", "F9", ["What is a residual?", "Why does it help?"]),
    NotesFile("table", "F9", ["What is pruning?", "What is distillation?"]),
    NotesFile(
        "numbers only", "F10", ["What is overfitting?", "What is underfitting?", "What is bias?"], 1
    ),
    NotesFile(
        "subjects in an outline", "F8",
        ["Part one: What does the forget gate do?", "Part one: Which gate writes?",
         "Part two: training: Why clip gradients?", "By value or by norm?",
         "Part two: training: How many steps are unrolled?", "Part two: training: Is the state kept between batches?"],
        6,
    ),
    NotesFile(
        "questions below their subject", "F10",
        ["Batch size: What happens to the gradient noise when the batch grows?",
         "Warm-up: Large models begin with small steps. Would you leave that out for a small one?",
         "Learning rate: Tell me how you find one.", "Early stopping: When does it hurt?",
         "Seeds: How many do you run?"],
        3,
    ),
    NotesFile(
        "labels beside sections", "F2",
        ["How to use a window that overlaps?", "Where does the gradient go?", "Where does the gradient go now?",
         "Is it linear?", "Is it learnt?"],
    ),
    NotesFile("a title that only counts", "F2", ["Why is depth better than width?"]),
    NotesFile(
        "skewed numbers", "F5", ["What is a token?", "What is a vocabulary?", "What is padding for?"]
    ),
    NotesFile(
        "labels in a guide", "F3", ["How is a copy found?", "What when it is full?", "Is it safe?"], 0,
        ("A copy that is near.", "It grows old.", "1. Install it"),
    ),
    NotesFile(
        "questions in a guide", "F2", ["What is a limit?", "Why is it needed?"], 0, ("Take the package.", "Start it."),
    ),
    NotesFile("a title in front matter", "F2", ["let 和 const 有什么区别？"]),
    NotesFile(
        "numbers without blanks", "F5", ["broker 是什么？", "producer 是否直接发送？", "什么是分区？"]
    ),
    NotesFile(
        "parts of an outline", "F8",
        ["对比篇: CNN 和 RNN 有什么区别？", "对比篇: 什么时候用 CNN？", "训练: 请求怎么分批？",
         "训练: 测试集怎么选？", "训练: 为什么要打乱？", "训练: 学习率怎么定？"], 6,
    ),
    NotesFile("decorated headings", "F1", ["What is a store?", "What is a reducer?"]),
    NotesFile("one card", "F9", ["How is a loss averaged?"]),
    NotesFile(
        "follow-ups", "F3",
        ["为什么要做归一化？", "放在激活之前还是之后？", "推理时用什么统计量？", "批很小怎么办？"],
    ),
    NotesFile(
        "lists of two kinds", "F5", ["一个类能继承几个类？", "接口能有属性吗？", "什么时候用抽象类？"], 0,
        ("1. **只讲语法**：不够。",),
    ),
    NotesFile(
        "counted topics", "F1",
        ["What is being solved", "Elements", "Bellman", "What is a return", "Policies", "Models", "Why a baseline",
         "Exploration", "What is the difference of value and policy?", "Why clip?"],
    ),
    NotesFile(
        "bullets with answers at the margin", "F4",
        ["What renders a component again?", "What is an effect?", "When is a hook called?"],
    ),
    NotesFile(
        "plain lines", "F3",
        ["What is an image?", "Explain the layers of an image.", "What is a volume? Give an example.",
         "How do containers talk?", "What is a bridge?", "What is an overlay?", "When is the host network used?"],
        5, ("Containers",),
    ),
    NotesFile(
        "a plain line beside headings", "F2",
        ["What is a parent?", "What is a plugin?", "What is a profile?", "What is a repository?"],
    ),
    NotesFile(
        "glossary", "F4",
        ["Epoch", "Batch", "Step", "Loss", "Gradient", "Momentum", "Warm-up", "Schedule"],
    ),
    NotesFile(
        "links beside questions", "F8",
        ["What is a token?", "Compare words and pieces", "Why are vowels no tokens?", "How long is a vocabulary?",
         "What is a merge?", "What is a byte?", "How are numbers cut?"],
        6,
    ),
    NotesFile(
        "labels with remarks", "F3",
        ["Find the largest of two sums.", "Reverse a list.", "How is a cache cleared?"], 2,
    ),
    NotesFile(
        "numbers of two looks", "F5",
        ["What is a portal?", "What is a fragment?", "What is a ref?", "What is a component?",
         "Explain what a key is for.", "How are events handled?"],
    ),
    NotesFile(
        "announced list", "F2",
        ["What lives on the stack?", "Why can memory leak?", "What happens during boxing?",
         "When are structures avoided?", "What lives on the heap?"],
        3, ("- The stack is small",),
    ),
    NotesFile(
        "counted items", "F5",
        ["数据类型", "== 和 is 的区别", "线程通信", "多路复用有什么区别？", "常见的设计模式", "三次握手",
         "为什么四次挥手？", "外键", "好处有哪些？"],
    ),
    NotesFile(
        "marked answers in an answer", "F1",
        ["What is a container?", "Is it stateless?", "What is the difference of ADD and COPY?", "What is a layer?",
         "What is an image?"],
    ),
    NotesFile(
        "marked bold lines", "F3",
        ["分几层", "握手的过程", "窗口", "为什么可靠", "两个协议的区别", "挥手的原因", "端口", "拥塞"],
    ),
    NotesFile(
        "subjects among bold lines", "F4",
        ["卷积核怎么算？", "池化有哪些？", "为什么要下采样？", "感受野是什么？", "深度可分离卷积", "混合精度",
         "多卡训练", "预热", "什么是空洞卷积？", "怎么做量化？"],
    ),
    NotesFile(
        "codes and follow-ups", "F1",
        ["When is a fixed flow enough?", "How is that shown?", "What is a loop?", "Why can it run forever?",
         "Who stops it?", "What does a tool return?"],
        1,
    ),
    NotesFile(
        "a list before its answers", "F5",
        ["How are secrets kept?", "Describe the parts of a module.", "Explain why a playbook may run twice.",
         "How is drift found?", "What is a template?"],
        5, ("1. Vaults",),
    ),
    NotesFile(
        "questions in a table", "F9", ["What is bagging?", "Define a feature.", "How is a tree grown?"], 3,
        ("| 3 | Why not? |",),
    ),
    NotesFile(
        "subjects", "F2",
        ["三次握手", "HTTPS", "进程和线程", "虚拟内存", "死锁", "事务", "索引是怎么用的？", "锁", "日志", "主从"],
        1, ("一本书。",),
    ),
    NotesFile(
        "what was asked", "F5",
        ["自我介绍", "介绍项目，为什么选择水平触发？", "多态", "三次握手的过程，两次为什么不行？", "进程间通信", "协程",
         "慢启动是什么？", "半连接队列满了会怎样？", "了解分布式系统吗？", "数据库的引擎", "两个文件怎么比较？",
         "空的类有多大？", "提问环节"],
        13, ("聊得很好。",),
    ),
    NotesFile(
        "announced in answers", "F5",
        ["注意力的公式是什么？", "为什么要除以维度的平方根？", "掩码有什么用？", "如果窗口变长，延迟怎么变化？",
         "为什么生成时不能并行？", "什么时候微调？", "数据怎么清洗？"],
        7,
    ),
    NotesFile(
        "marks and gaps", "F5",
        ["Why a margin?", "Which points hold it?", "Explain the kernel trick",
         "What is `__init__` for, and what is `__new__`?"],
    ),
    NotesFile(
        "subjects in bullets", "F8",
        ["卷积", "池化", "感受野", "归一化", "长短期记忆", "门控单元", "梯度消失", "双向", "注意力", "位置编码"],
        0, ("加油。",),
    ),
    NotesFile(
        "orders counted through", "F5",
        ["Write a query that sorts rows.", "Write a query that counts rows.", "Explain a join.",
         "Write a query that ranks rows.", "Grant a right to an account.", "Revoke all rights of an account.",
         "Write a rule for each row.", "Describe a role."],
    ),
    NotesFile(
        "bold parts of patterns", "F1",
        ["Derived state", "Shared caches", "Pages of a list", "Flat trees", "Whole tests", "Kept values", "Slow input",
         "Shared hooks", "Late loading", "Undo"],
    ),
    NotesFile(
        "subjects before questions", "F2",
        ["Regions", "Zones", "Accounts", "Roles", "Policies", "Buckets", "Objects", "Keys", "Volumes", "Images",
         "Networks", "Gateways", "Routes", "Explain your last project.", "Roles vs policies.", "How is a volume made?"],
        3,
    ),
    NotesFile(
        "plain headings in a section", "F3",
        ["How do you begin?", "How do you end?", "Whom do you ask?", "What is a phase?", "What is a margin?",
         "Why do deals fail?", "When is a deal closed?", "Who decides?", "Walk me through a deal.",
         "How do you measure it?", "A client is silent. What now?", "What is a price?", "Why is it cut?",
         "How is it told?", "What is a promise?"],
    ),
    NotesFile(
        "subjects below days", "F1",
        ["Images", "Layers", "Volumes", "Ports", "Networks", "Registries", "Names", "Limits", "Users", "Secrets",
         "Pods", "Nodes", "Services", "Routes", "Roles", "Quotas", "Labels", "Jobs", "Probes", "Rollouts"],
    ),
    NotesFile(
        "bold labels alone", "F3",
        ["What is linkage?", "Given the counts below:", "Why are trees cut?", "What is a rule?"],
    ),
    NotesFile(
        "a long table of tasks", "F9",
        ["Average order value", "Customers without orders", "Highest revenue", "Two joined tables",
         "Words side by side", "Missing values", "Growth by year", "Prices above the mean", "Orders by customer",
         "Ranges that overlap", "Median by title", "The latest record"],
        12,
    ),
    NotesFile(
        "underlined lines", "F2",
        ["What are services?", "When to split them?", "Explain a gateway", "How do they talk?", "Explain discovery.",
         "Tuning and planning"],
    ),
    NotesFile(
        "a series of its own", "F1",
        ["What is an injection?", "Why are queries bound?", "How are keys kept?", "What is a session?",
         "When does a token expire?", "Explain a replay.", "What is a salt?", "Who may read a log?",
         "Explain how you would test all of it", "Injection", "Scripts in pages", "Commands", "Paths", "Keys in code",
         "Weak numbers", "Open redirects", "Cookies"],
    ),
    NotesFile(
        "a title that names questions", "F10",
        ["A payment service has three kinds of payment. Which pattern makes them?",
         "A queue tells its readers of each change. Which pattern is it?",
         "An old class needs a new interface. Which pattern helps?"],
    ),
    NotesFile(
        "links that ask", "F1", ["What is recall?", "Why is it high?", "Compare it with precision"], 3,
    ),
    NotesFile(
        "labels of a chat", "F2",
        ["how can requests be limited?", "Yes", "can it be done at the gateway?", "what is throttling",
         "why is it slow?"],
    ),
    NotesFile(
        "numbers of two levels", "F1",
        ["What is a cache?", "How does it work?", "What is a line?", "What is a set?", "When is it cold?"],
    ),
    NotesFile(
        "chapters that ask", "F1",
        ["What is a system?", "How are parts found?", "Interfaces",
         "What is the difference between a queue and a stack?", "When is it done?"],
    ),
    NotesFile(
        "subjects behind links", "F4",
        ["词表", "激活函数", "优化器", "反向传播", "损失函数", "课程学习", "归一化", "位置编码", "注意力", "显存估算",
         "剪枝", "量化", "项目是怎么分工的？", "遇到过什么困难？", "指标是怎么定的？"],
        3,
    ),
    NotesFile(
        "headings that divide answers", "F1",
        ["How does a request travel?", "What is a handshake?", "Why is it encrypted?", "When is it closed?",
         "How is it measured?"],
    ),
    NotesFile(
        "bare bullets", "F8",
        ["What is a log?", "Ways of splitting a table", "How is a page found?", "Crash and recovery. What is lost.",
         "Why are writes ordered?", "Join algorithms", "Planner", "What is a window?", "Loss and delay",
         "How are packets counted?", "Why is there a handshake?", "When is a port closed?", "Which side ends it?",
         "What does a router do?", "How are names resolved?"],
        15, ("* Feel free to add more questions.", "* Give it a **star** if it helps"),
    ),
    NotesFile(
        "bullets in Chinese", "F8",
        ["指针和引用的区别", "介绍多态的机制", "遍历容器的方式", "有没有用过容器", "编程：反转链表", "进程间怎么通信",
         "分页", "为什么要四次挥手", "哈希冲突如何解决", "迭代查询和递归查询", "了解字节序吗", "锁有哪几种"],
        12,
    ),
    NotesFile(
        "subjects above a question", "F2",
        ["What is a batch?", "Large files: How do you read one that does not fit into memory?", "What is a round?",
         "Late binding: What does this print? Please explain.",
         "Coroutines: How does an event loop work?", "What is a thread?", "Locks", "What is a process?",
         "What is a signal?", "What is a socket?"],
    ),
    NotesFile(
        "a question each day", "F10",
        ["Day 1: Identify the following layer: It slides a window over the image.",
         "Day 2: Nearly all of training is one algorithm: stochastic gradient descent.",
         "Day 3: Why is the loss divided by the batch size?", "Day 4: Which of the following are **not** optimisers:",
         "Day 5: A layer that has no weights is called:", "Day 6: The gradient of a constant is one."],
    ),
    NotesFile(
        "orders with a full stop", "F8",
        ["阐述一下 Adam 的更新。", "为什么要预热？", "比较 `SGD` 和 `Adam`。", "学习率怎么选？", "谈谈 ResNet 的捷径。",
         "BatchNorm 和 LayerNorm 的区别。", "什么是感受野？", "请设计 CNN。", "池化有什么用？"],
    ),
    NotesFile(
        "follow-ups answered at once", "F1",
        ["设计一个检索增强的问答系统？", "权限怎么控制？", "工具调用失败怎么办？", "怎样避免重复执行？"],
    ),
    NotesFile(
        "bullets below subjects", "F8",
        ["解释感受野如何随层数变化。", "讨论使用深度可分离卷积的影响。", "如何在保持尺寸的同时扩大感受野？",
         "批归一化在测试时怎么做？", "解释层归一化的优势。", "什么时候用组归一化？", "为什么权重衰减有效？",
         "随机失活在测试时怎么处理？"],
        0, ("卷积是视觉模型的基础。示例问题包括：", "常见的问题有："),
    ),
    NotesFile(
        "bold titles of numbered questions", "F3",
        ["What is a tensor?", "Explain broadcasting.", "What is a view?", "When does a copy happen?",
         "What is a stride?", "How is a service of models laid out?", "What is a canary?", "How do you roll back?",
         "What is drift?", "How is it seen?", "What is a feature store?"],
    ),
    NotesFile(
        "plain titles", "F3",
        ["Transformer 的结构与原理", "自注意力机制的理解", "为什么要除以 $\\sqrt{d_k}$？", "如何用并行加速训练",
         "训练中常见的难题有哪些？", "如何评估生成的内容？"],
        0, ("需要我再举一个例子吗？",),
    ),
    NotesFile(
        "sentences that ask", "F5",
        ["什么是进程？什么是线程？", "iOS中有哪几种实现多线程的方案？各自有什么特点？", "什么是死锁？",
         "eBPF可以用来做什么？", "链和图什么关系。", "归约器是什么。", "什么时候用图什么时候用链。"],
    ),
    NotesFile(
        "questions that are counted", "F10",
        ["Question 1", "Question 2", "Broadcasting of two tensors", "What does view share?", "Question 5"],
    ),
    NotesFile(
        "steps below questions", "F5",
        ["What is a tensor?", "How do you know that a judge of answers works?", "Explain prompt caching",
         "Explain dropout.", "What is weight decay?", "Define the receptive field.", "How large is a batch?",
         "Compare two optimisers.", "What is momentum?"],
        6,
    ),
    NotesFile(
        "chapters of labelled questions", "F1",
        ["什么是连续批处理？", "什么是分页注意力？", "什么是流水线并行？", "显存被什么占用？", "什么是共享内存？",
         "怎样减少拷贝？", "怎样设计一个推理服务？", "什么是缓存行？", "什么是逐通道量化？"],
    ),
    NotesFile(
        "follow-ups in quotes", "F1",
        ["什么是混合专家？", "负载怎么均衡？", "优化器状态怎么分片？", "通信多少？", "什么是低秩适配？"],
    ),
    NotesFile(
        "bullets above paragraphs", "F8",
        ["重载与重写", "访问控制", "抽象类与接口", "this", "static", "包装类", "String", "泛型", "内部类", "异常",
         "反射", "枚举"],
        1, ("- [什么是反射？](https://example.org/reflection)",),
    ),
    NotesFile(
        "subjects further out", "F2",
        ["缩放点积", "多头", "位置编码", "混淆矩阵", "早停", "权重衰减", "随机失活", "批归一化", "层归一化", "模型压缩",
         "交叉熵", "焦点损失", "三元组损失"],
    ),
    NotesFile(
        "labels in one section", "F3",
        ["什么是冒烟测试？", "怎么写用例？", "缺陷怎么管理？", "覆盖率怎么衡量？", "时间不够怎么办？",
         "如何测一个接口？", "什么是回归测试？", "什么是等价类？", "为什么转岗？", "压力怎么测？", "谁来定优先级？"],
        0, ('- "用例要有明确的步骤。"', "- [为什么要自动化？](./automation.md) — 项目的主战场"),
    ),
    NotesFile(
        "half of the subjects ask", "F2",
        ["如何设计埋点", "打包的原理", "集合和映射的区别", "打包工具如何选择", "状态管理的思想", "微任务", "类型",
         "组合继承", "构造函数", "编译的过程", "分支的策略", "握手的流程", "前端工程"],
    ),
    NotesFile(
        "counted subjects", "F1",
        ["批归一化", "门控激活", "位置编码的种类", "键值缓存", "低秩适配", "注意力", "信息熵", "权重共享",
         "评估指标的选择", "填充", "混合专家", "对比学习"],
    ),
    NotesFile(
        "a chain of follow-ups", "F2",
        ["套接字是什么？", "为什么要非阻塞？", "背压怎么处理？", "半包是怎么回事？", "水平触发怎么用？",
         "心跳为什么存在？", "惊群怎么避免？", "连接池有多大？", "怎么练习？"],
        5,
    ),
    NotesFile(
        "titles at one level", "F2",
        ["索引为什么快.md", "事务有哪些隔离级别.md", "如何避免死锁.md", "怎么做主从复制.md", "什么是范式.md"],
    ),
    NotesFile(
        "questions in fences", "F3",
        ["为什么用跳表？", "索引为什么会失效?", "怎么分页？（不用偏移）", "三次握手少一次会怎样？", "连接的本质是什么?",
         "怎么知道丢了包？", "单线程为什么快？", "怎么做消息队列？", "热点怎么办？"],
        9, ("2.网络：",),
    ),
    NotesFile(
        "said in a diary", "F3",
        ["存储引擎为什么要分层？", "说一下合并的过程。", "写放大是什么？", "聊一下事务。", "并发怎么办？",
         "选主的算法讲一下"],
        5,
    ),
    NotesFile(
        "taking turns", "F3",
        ["What is a log?", "How is a page found?", "Why are writes ordered?", "What is a window?",
         "Which side ends it?", "When is a port closed?"],
    ),
    NotesFile(
        "numbered names", "F5",
        ["What is a layer?", "How many are there?", "LeNet", "AlexNet - 2012", "ResNet", "What is a step?",
         "Why does it diverge?", "How is it stopped?"],
        6,
    ),
    NotesFile(
        "only a link", "F2",
        ["卷积", "池化", "归一化", "优化器", "学习率", "损失函数", "正则化", "数据增强", "早停", "显存不足的处理",
         "求和约定", "初始化"],
    ),
    NotesFile(
        "a pasted answer", "F5",
        ["图网络怎么做？", "为什么不用随机森林？", "标签怎么输入？", "准确率多少，怎么优化？", "模型怎么解释？"],
        4, ("二面记录",),
    ),
    NotesFile(
        "diary", "F5",
        ["什么是哈希表？", "线程池怎么用？", "虚拟内存", "缓存和数据库怎么保持一致。", "索引的实现过程。",
         "说了一遍死锁，追着问什么时候出现。", "死锁的条件", "为什么要避免", "锁的种类", "什么时候用读写锁", "乐观锁",
         "有没有用过消息队列？", "事务的隔离，为何要分级", "讲讲三次握手。", "手写快速排序。", "为什么要四次挥手？",
         "什么是拥塞？", "进程怎么通信？", "栈和堆的区别", "什么是协程？", "分页", "什么是上下文切换？",
         "进程和其他执行单位的区别："],
        21,
    ),
    NotesFile(
        "folded explanations", "F2",
        ["引导", "扩散", "潜空间", "条件生成", "流匹配", "反向传播", "归一化", "位置编码", "注意力", "低秩",
         "精度", "采样"],
        3,
    ),
    NotesFile(
        "a guide before labels", "F3",
        ["What is a log and why is it written first?", "Walk me through a write.", "How are pages found?",
         "Which failures does it survive?", "Why is there a cache?"],
    ),
    NotesFile(
        "bold statements", "F3",
        ["What is a log?", "Why is it written first?", "When is it cut?", "How large is a page?", "Checksums?",
         "Who finds a page?", "How many are cached?", "Which one goes first?", "How is a page split?",
         "What is a torn page?"],
    ),
    NotesFile(
        "bold parts of answers", "F3",
        ["What is a log?", "Why is it written first?", "Walk me through a write.", "Design a page cache.",
         "When is a log cut?"],
    ),
    NotesFile(
        "counted subjects with terms", "F1",
        ["Bias and variance", "Overfitting", "Cross-validation", "Leakage", "Linear models", "Trees", "Boosting",
         "Margins", "Neighbours", "Clusters", "Components", "Baselines"],
    ),
    NotesFile(
        "a subject with parts alone", "F2",
        ["Streams", "Buffers", "Timers", "Modules", "Events", "Workers", "Sockets", "Errors", "Signals", "Paths",
         "Caches", "Queues"],
    ),
    NotesFile(
        "answers further out", "F1",
        ["How is a feed stored?", "What is a shard?", "Why are writes split?", "When is a shard moved?",
         "How are shards found?"],
    ),
    NotesFile(
        "dashed labels", "F3",
        ["Q - what is a bucket?", "Q- How are they found ?", "Explain the difference between a bucket and a volume.",
         "Q-let us say you have lost a key. What will you do?",
         "Q-Explain the difference between roles and policies of one account.", "Z * What is a region?*"],
    ),
    NotesFile(
        "questions behind notes", "F1",
        ["What is a bucket?", "How are objects found?", "When is a key changed?", "Three zones of one region.",
         "Buckets of two accounts.", "Explain your last project.", "Roles vs policies.", "How is a volume made?"],
        5, ("- Draw the parts.",),
    ),
    NotesFile(
        "escaped numbers", "F1", ["What is a residual?", "Sampling in statistics", "Why are classes apart?"],
    ),
    NotesFile(
        "problems below titles", "F10",
        ["Rows: Scale each row of a matrix.", "Batches: Write a generator of batches."],
    ),
    NotesFile(
        "remarks that ask", "F1", ["What is a subword?", "Why are keys kept?", "When is it too large?"], 0,
        ("- Calm (who is not?)",),
    ),
    NotesFile(
        "a section opened by a question", "F3",
        ["What is a learner?", "Why several of them?", "How are they joined?", "When is one enough?",
         "How are rare classes handled, and why does accuracy mislead?"],
    ),
    NotesFile(
        "a label inside a name", "F5", ["How is Seed1 used？", "Seed1.5 的缓存怎么理解？", "为什么要蒸馏？"], 3,
    ),
    NotesFile(
        "the frame of a plan", "F1",
        ["Logs", "Queues", "Pages", "Caches", "Locks", "Threads", "Stacks", "Heaps", "Roots", "Regions"],
        unplaced=("Two a week.", "A log."),
    ),
    NotesFile(
        "appendices", "F2",
        ["Logs", "Queues", "Pages", "Caches", "Regions", "Rows", "Columns", "Keys", "Trees", "Views", "Locks",
         "Signals"],
        unplaced=("One star: often asked.", "Words on threads.", "A book on logs.", "Sleep."),
    ),
    NotesFile(
        "labels beside a report", "F1", ["The log", "The queue", "The page", "The cache", "The lock", "The thread"],
    ),
    NotesFile(
        "subjects with pictures", "F2",
        ["Counter", "Stack", "Heap", "Method area", "Constants", "Buffers", "Roots", "Marking", "Copying",
         "Generations", "Pauses", "Regions"],
    ),
    NotesFile(
        "names of questions", "F2",
        ["How do you begin?", "How do you end?", "Whom do you ask?", "What is a deal?", "What is a price?",
         "What is a phase?", "Walk me through a deal.", "How do you measure it?", "What do you do when it is lost?",
         "Describe a call that went wrong.", "Who decides?", "When is a deal closed?"],
    ),
    NotesFile(
        "links below questions", "F5",
        ["How is a list shown?", "Create a counter.", "How is a value kept?", "What is a hook?",
         "When is a part drawn?", "Why are keys needed?", "Props vs State", "Fragments"],
        8,
    ),
    NotesFile(
        "bracketed numbers", "F5",
        ["Explain your pipeline", "Why is part 1 needed?", "The pod runs, but nothing comes. What do you check?",
         "How is a node drained?", "Why is part 3 needed?", "What is an alert?", "Rollback failed, what next?",
         "Why is part 5 needed?", "What is state?", "Readiness and liveness", "Why is part 7 needed?",
         "How is drift found?"],
    ),
    NotesFile(
        "counted in sections", "F1",
        ["Locks and threads", "Hash tables", "Heaps", "Derivatives", "Integrals", "Convexity", "Rank", "Norms",
         "Jacobians", "Likelihood", "Posterior"],
        9, ("My collection.",),
    ),
    NotesFile(
        "chapters of a list", "F5",
        ["盒模型", "有哪几种定位", "分别依据谁来定位", "隐藏元素", "数据类型", "深拷贝", "去重", "扁平化", "柯里化",
         "状态码", "缓存", "跨域", "握手"],
        7,
    ),
    NotesFile(
        "a series with a plain question", "F1",
        ["Tell of part 1.", "Tell of part 2.", "What is part 3?", "Tell of part 4.", "Tell of part 5.",
         "What is part 6?", "Tell of part 7.", "Tell of part 8.", "What is part 9?", "Tell of part 10.",
         "Tell of part 11.", "What is part 12?", "Tell of part 13.", "Which part is the result of all others?"],
    ),
    NotesFile(
        "choices", "F1",
        ["What is the gradient of a constant?", "What is the sum of softmax?", "What is the logarithm of one?"],
    ),
    NotesFile(
        "bare names", "F8",
        ["Slotted pages", "Free lists", "Overflow of long values", "Write-ahead logging", "Checkpoints",
         "Group commit", "Splits and merges", "Prefix compression", "Extendible tables", "Linear hashing",
         "Join orders", "Cost models", "Spilling to disk"],
        12, ("The list that I went through.", "- Another page"),
    ),
    NotesFile(
        "names in groups", "F8",
        ["调度", "上下文切换", "分页", "置换算法", "握手", "拥塞控制", "重传", "隔离级别", "锁", "日志",
         "闭包", "垃圾回收", "反射"],
        13,
    ),
    NotesFile(
        "names in lines", "F3",
        ["进程与线程的区别", "虚拟内存", "讲讲分页", "写时复制", "三次握手", "time_wait 状态", "拥塞控制",
         "get 和 post", "手写快排", "事务隔离级别", "索引的数据结构", "慢查询怎么优化", "分库分表"],
        13, ("作者：某人",),
    ),
    NotesFile(
        "empty headings", "F2",
        ["Layers of an image", "How is a container isolated?", "Namespaces", "Control groups", "Scheduling of pods",
         "How do pods find one another?", "Rolling updates", "Probes", "What drains a node?", "Quotas", "Taints",
         "Operators"],
        11,
    ),
    NotesFile(
        "bold names below headings", "F3",
        ["替换空格", "翻转单词", "最长回文", "字符串转整数", "反转链表", "环的入口", "合并两个链表",
         "倒数第 k 个结点", "重建二叉树", "镜像", "层次遍历", "最近公共祖先"],
        12,
    ),
    NotesFile(
        "answers on the same line", "F8",
        ["What is a page?", "Explain the use of a free list", "Overflow of long values", "How are pages found?",
         "Why do pages have checksums?", "Describe a slotted page", "Who evicts pages?"],
    ),
    NotesFile(
        "indented numbers", "F5",
        ["What is a thread?", "What is a lock?", "What is a deadlock?", "What is a latch?", "What is a barrier?",
         "What is a pool?", "What is starvation?", "Difference between a monitor and a lock", "What is a future?",
         "What is a queue?"],
        1,
    ),
    NotesFile(
        "steps beside questions", "F8",
        ["How are values found that are missing?", "Why does a mean move?", "When is a median better?"], 3,
    ),
    NotesFile(
        "links that only lead on", "F8",
        ["What is a closure?", "What is a promise?", "What is a prototype?", "What is hoisting?",
         "How is memory freed?", "What is a gateway?", "What is a saga?", "How are services found?",
         "Why is a call repeated?"],
        5,
    ),
    NotesFile(
        "counted in Chinese", "F1",
        ["散列表怎么存键？", "为什么容量是二的幂？", "扩容时读会怎样？", "并发写会怎样呢？", "什么是散列表",
         "散列表的结构", "存放的过程", "读取的过程", "散列算法的实现", "容量的选择", "扩容的原理", "构造",
         "遍历的方式", "并发的问题", "有序的实现"],
        4,
    ),
    NotesFile(
        "subjects below numbered sections", "F1",
        ["套接字", "报文", "流", "窗口", "握手", "挥手", "重传", "端口", "进程", "线程", "协程", "事件", "锁", "队列",
         "管道", "信号", "页表", "缓存", "中断", "调度"],
    ),
    NotesFile(
        "leaves beside subjects", "F1",
        ["全排列", "冒泡", "快排", "归并", "深拷贝", "原型", "闭包", "继承链",
         "什么是柯里化", "防抖", "异步脚本", "懒加载", "预加载", "握手", "缓存头", "跨域头"],
    ),
    NotesFile(
        "questions behind subjects", "F1",
        ["什么是跳表", "跳表的结构", "跳表的存放", "跳表的读取", "跳表的删除", "跳表的层数", "跳表的随机", "跳表的比较",
         "跳表的内存", "跳表的遍历", "跳表的并发", "什么时候用跳表？", "为什么不用平衡树？", "层数怎么定？",
         "和哈希表有什么不同？"],
    ),
    NotesFile(
        "ones before each", "F5",
        ["What is an inode?", "Explain the boot process.", "Load average", "What are namespaces?",
         "Paging and thrashing", "How is a zombie reaped?", "Which signals end a process?"],
    ),
    NotesFile(
        "a table of short questions", "F9",
        [*(f"What are {name}?" for name in ("pages", "logs", "locks", "indexes", "joins", "views")),
         *(f"Why {name}?" for name in ("slots", "chains", "heaps", "trees", "hashes", "cursors", "keys", "sorts",
                                       "plans", "costs", "pools", "latches"))],
    ),
    NotesFile(
        "headings in folded blocks", "F6",
        ["What is a branch?", "What is a merge?", "Why do merges conflict?", "What is a tag?", "What is a rebase?",
         "What is a stash?", "What is a remote?", "What is a hook?"],
    ),
    NotesFile(
        "a title above a list", "F5",
        ["What is a node?", "What is an edge?", "What is a path?", "What is a cycle?", "What is a tree?",
         "What is a cut?", "What is a flow?", "What is a matching?"],
        8,
    ),
    NotesFile("parts named in an answer", "F2", ["元素怎么居中？"]),
    NotesFile(
        "names among questions", "F1",
        ["什么是组件？", "模板编译", "何时用状态库？", "响应式的原理是什么？", "生命周期有哪些？", "为什么要用键？",
         "插槽有什么用？", "请求放在哪个阶段？", "虚拟节点", "为什么数据是函数？", "差异算法的复杂度", "怎么通信？",
         "父子的调用顺序", "怎么缓存？", "路由怎么跳转？"],
        8, ("一本书。",),
    ),
    NotesFile(
        "questions below a question", "F2",
        ["什么是索引？", "为什么不用二叉树？", "什么是覆盖索引？", "什么是最左前缀？", "什么是事务？", "什么是锁？",
         "什么是日志？", "什么是视图？", "什么是游标？", "什么是连接？", "什么是范式？", "什么是分区？"],
    ),
    NotesFile(
        "a question of parts", "F1",
        ["什么是线程？", "什么是进程？", "什么是锁？", "什么是协程？", "线程池用过吗？", "什么是队列？", "什么是信号？",
         "什么是管道？"],
    ),
    NotesFile(
        "counted names in bold", "F10",
        ["农民分金条: 给一根金条，怎么分成七天的工钱？", "两柱香: 怎么量出一刻钟？",
         "三盏灯: 怎么知道哪个开关管哪盏灯？", "100个苹果: 先拿的人怎么拿能赢？",
         "称药丸: 称一次怎么知道哪瓶坏了？", "过桥: 四个人怎么过桥最快？", "红绿球: 怎么放能让红球更可能被拿到？",
         "镜子: 为什么左右颠倒而上下不颠倒？", "海盗: 第一个人怎么分？"],
    ),
    NotesFile(
        "escaped digits", "F5",
        ["介绍一下盒模型", "301 和 302 有什么区别？", "状态码", "this 指向什么？", "setState 是同步的还是异步的",
         "怎么垂直居中？"],
        6,
    ),
    NotesFile(
        "one label among items", "F5",
        ["自己的规划", "组件怎么用？", "生命周期", "跨域问题怎么解决？", "渲染的流程是什么？", "闭包", "原型链是什么？",
         "缓存有哪些？", "回退版本", "状态码有哪些？", "事件循环怎么工作？", "防抖是什么？", "节流"],
        13,
    ),
    NotesFile(
        "rounds of interviews", "F2",
        ["为什么要用组件？", "两个框架的区别", "差异算法怎么做？", "原型链是什么？", "怎么撤销请求？", "闭包是什么？"],
    ),
    NotesFile(
        "items without headings", "F5",
        ["页", "日志", "树", "散列", "连接", "代价", "锁", "快照", "游标", "视图", "键", "排序"],
    ),
    NotesFile(
        "counted lists in fences", "F5",
        ["介绍一下锁", "什么是页？", "为什么要分层？", "什么是流？", "缓存怎么更新？", "写一个快排", "有哪些隔离级别？",
         "怎么选主？", "日志有什么用？", "说说副本"],
        8,
    ),
    NotesFile(
        "a few labels beside headings", "F2",
        ["缓存的流程", "为什么要用缓存？", "分布式缓存", "为什么这么快？", "单线程的模型", "过期时间有什么用？",
         "删除的策略", "淘汰机制了解么？", "集群", "持久化", "怎么选主？", "哨兵", "布隆过滤器有什么用？", "分片",
         "热点怎么处理？", "事务", "锁的时间够不够？", "太长呢？"],
    ),
    NotesFile(
        "bold questions beside headings", "F2",
        ["为什么要分层？", "两个版本有什么区别？", "怎么保存状态？", "常见的状态码有哪些？", "怎么保证安全？",
         "新版本做了什么优化？", "证书是什么？", "什么是对称加密？", "为什么要三次握手？", "为什么要四次挥手？"],
    ),
    NotesFile("answers at the end", "F11", ["What is a GAN?", "What is a VAE?", "What is a flow?"]),
    NotesFile(
        "a list in the last answer", "F1",
        ["What is attention?", "What is a query?", "Explain these terms:", "what is a head?", "what is a mask?",
         "Why divide by the root of the width?", "What is cross attention?", "How is the order known?",
         "Explain the KV cache.", "What is the cost of attention?", "What is a causal mask?"],
    ),
    NotesFile(
        "a number without its look", "F1",
        ["What is a convolution?", "What is a stride?", "What is a border?",
         "The window is three wide, the input five. How wide is the output?", "What is a dilation?",
         "What is pooling?", "What is a channel?", "What is a receptive field?", "What is an inverted bottleneck?",
         "What is a depthwise convolution?", "What is a residual connection?"],
    ),
    NotesFile(
        "contents above counted headings", "F5",
        ["What is a tensor", "What is a gradient", "What is a batch"],
    ),
    NotesFile(
        "counts inside an answer", "F1",
        ["What is a network?", "Why is depth useful?", "What are the parts of a layer?", "What is a forward pass?",
         "What is a backward pass?"],
    ),
    NotesFile(
        "empty questions beside a long one", "F1",
        ["How do you train a network?", *(f"What is {it}?" for it in ("a batch", "a round", "a seed", "a checkpoint",
         "mixed precision", "a shard", "a replica", "a node", "a worker", "a driver", "a queue", "a lease", "a lock",
         "a log", "an offset", "a topic", "a partition", "a leader", "a snapshot"))],
        19,
    ),
    NotesFile(
        "labels right before questions", "F3",
        ["What is leakage?", "Why is data split?", "What is early stopping?", "How is a model chosen?",
         "What is a seed?"],
    ),
    NotesFile(
        "paragraphs of questions", "F3",
        ["What is a perceptron?", "What is a kernel?", "What is a margin?", "How do you choose the size of a batch?",
         "Difference between momentum and Nesterov momentum.", "How do you schedule the learning rate?",
         "What is weight decay?", "Explain how you would find a leak in the data.", "Which metric fits rare classes?",
         "How do you serve a model?", "What do you log?"],
        8,
    ),
    NotesFile(
        "questions counted below questions", "F1",
        ["What is a loss?", "Why is it a mean?", "May it be negative?", "What is an optimizer?", "What is momentum?",
         "Why is Adam popular?", "What is a schedule?", "Why warm up?", "What is a metric?", "What is a baseline?",
         "Is chance a baseline?"],
    ),
    NotesFile(
        "quotes of one line", "F3",
        ["How did you begin?", "Which model did you serve first?", "What went wrong?", "What would you do again?"],
    ),
    NotesFile(
        "scenarios and differences", "F5",
        ["What is a table?", "What is a key?", "What is an index?", "What is a view?",
         "Difference between a view and a table", "Mention some types you have used in tables.",
         "Scenario 1: \"Find the second highest salary\"", "Scenario 2: \"Delete duplicate records\"",
         "Scenario 3: \"Find employees with no manager\""],
    ),
    NotesFile(
        "titles of parts without words", "F2",
        ["What is entropy?", "What is a split?", "Why prune?", "What is bagging?", "What is boosting?",
         "Random forest vs boosting?"],
    ),
    NotesFile(
        "headings of one form", "F1",
        ["What is a batch?", "Gradient descent", "Momentum", "Adam", "Warm-up", "Decay", "Clipping", "Accumulation"],
    ),
    NotesFile(
        "as many as announced", "F1",
        ["Design a layer for pictures", "Pooling", "What is a skip?", "Normalisation"], 0, ("A few weights.",)
    ),
    NotesFile(
        "answers labelled as questions", "F3",
        ["What is a slice?", "What does this print?", "Why is a copy made?", "Is the end part of a slice?",
         "When should you use a slice?"],
    ),
    NotesFile(
        "a problem in an answer", "F2", ["How is a model updated?", "5 kinds of latency?", "What is a canary?"],
    ),
    NotesFile(
        "sections that say their numbers", "F1",
        ["Why is a layer wide?", "Depth", "Why is a layer narrow?", "Why is a rate small?", "Batches",
         "Why is a rate large?"],
    ),
    NotesFile(
        "follow-ups of a title", "F2",
        ["What happens when a model is trained?", "How is it made faster?", "What ends it?", "Where are weights kept?"],
    ),
    NotesFile(
        "sections among tasks", "F2",
        ["What is a row?", "Remove rows that are twice there.", "Pivot a table of sales.", "What is an outer join?",
         "How are two tables merged?", "Why is a join slow?", "What is a frame?", "What are running totals?",
         "The first of each group."],
    ),
    NotesFile(
        "counted with a hyphen", "F5",
        ["What is a page?", "Why is a log kept?", "How is a tree split?", "Explain a join.", "When is a lock held?",
         "Hashing", "What is a view?"],
    ),
    NotesFile(
        "related questions in answers", "F2",
        ["为什么用混合精度？", "哪些张量保持单精度", "损失缩放是什么？", "梯度为什么会下溢？", "什么时候会上溢？",
         "bfloat16 有什么不同？", "它损失了什么", "`float16` 的最大值是多少？"],
        3,
    ),
    NotesFile(
        "follow-ups with answers", "F4",
        ["How would you batch requests?", "How long may a request wait?", "What happens when one request is long?",
         "What would you cache?", "When is an entry dropped?", "Why is a hit rare for chats?"],
    ),
    NotesFile(
        "follow-ups answered below", "F1",
        ["如何画混淆矩阵？", "类别很多时怎么办？", "颜色怎样选？", "数字要写在格子里吗？", "如何画学习曲线？",
         "何时平滑曲线？"],
    ),
    NotesFile(
        "the question in bold", "F10",
        ["Slide 1: Training stops at step 800: Setup A run with a large rate is fine for an hour. The loss is not a"
         " number from one step on. Walk me through what you check first.",
         "Slide 2: The validation loss is lower: Why can the loss on validation be lower than in training?",
         "Slide 3: Two runs differ: The seeds are the same. What else differs?"],
    ),
    NotesFile(
        "labelled questions below headings", "F1",
        ["Models that nobody uses: Find all models without a single request.", "How would you count them per team?",
         "The newest weights: Find the newest weights of each model.",
         "Quality: A check of quality, rows whose model is missing.",
         "Pairs: List the pairs of models that were served together.", "Inner or outer join for missing rows?",
         "Why is a cross join large?", "Self join needs what?"],
    ),
    NotesFile(
        "questions with letters", "F5",
        ["Explain supervised and unsupervised learning.", "Regularization: What does it add to the loss?",
         "Regularization: Why does it help?", "How is a split drawn?", "When is a random split wrong?",
         "Why are ensembles better than one model?", "What is a saddle point?", "What made deep learning popular?",
         "A wide network and a deep one have the same number of parameters.", "How do you find an outlier?",
         "Curves: What is a learning curve?", "Curves: What is a validation curve?"],
    ),
    NotesFile(
        "chapters counted in chinese", "F1",
        ["卷积核的作用", "步长为 2 时输出多大", "填充是什么", "为什么要共享权重", "感受野怎么计算", "BN和LN有什么区别",
         "BN和GN有什么区别", "BN的实现原理", "什么时候用LN", "动量有哪些作用？", "Adam的实现原理", "为什么要预热",
         "学习率怎么选", "什么是权重衰减"],
        11,
    ),
    NotesFile(
        "subjects among questions", "F2",
        ["What is a container?", "What is an image.", "What is a registry.", "What is a volume.",
         "Difference between an image and a container.", "What is a layer.", "Networks.", "The life of a container.",
         "How to see the version.", "How to count what runs.", "Can i change an image.", "Delete what has stopped.",
         "Will i lose the data when it stops.", "Where do logs go."],
        5,
    ),
    NotesFile(
        "parts with one label", "F1",
        ["什么是分词器？", "什么是量化？", "什么是蒸馏？", "什么是剪枝？", "什么是投机解码？"],
    ),
    NotesFile(
        "explanations at the end", "F5",
        ["What does pooling keep?", "Which layer has no weights?", "How many outputs has a classifier?"],
    ),
    NotesFile(
        "advice behind questions", "F5",
        ["自我介绍", "卷积和全连接有什么区别", "为什么用残差连接", "学习率太大会怎么样？", "BN在推理时怎么算"], 5,
        ("1.  不会的问题一定要查明，例如为什么要预热", "2.  面试官问你有什么想问的，可以问团队做什么"),
    ),
    NotesFile(
        "sizes of a collection", "F5",
        ["`padding` - What does padding add?", "`stride` - What does a stride of two do?",
         "`pooling` - When does pooling help?", "`dilation` - How far does a dilated kernel reach?",
         "`rate` - How is a learning rate found?", "`decay` - Why do weights decay?",
         "`warm-up` - When is a warm-up needed?", "`clipping` - What does clipping change?"],
        8,
        ("- **Total questions:** 8", "- **Layers:** 4 questions", "- **Training:** 4 questions", "- Beginner: 5",
         "- Advanced: 3"),
    ),
    NotesFile(
        "questions behind marks", "F2",
        ["Why does next-word training give useful behaviour? Explain why predicting words can look like planning.",
         "How would you explain a tokenizer? A chat model is weak in one language; walk through the causes.",
         "Why not cut into letters?", "When do you stop making a model larger? Describe what you measure before you"
         " decide."],
    ),
    NotesFile(
        "premises", "F5",
        ["Given a matrix $A$ and a vector $b$: Find $x$ such that $Ax = b$.",
         "Given a matrix $A$ and a vector $b$: When is there one solution?", "What is a norm?",
         "Convexity: What does convex mean?", "Convexity: Why is it wished for?", "What is a rank?",
         "Assume that a store fails five times a year: How often does it fail in a month?",
         "Assume that a store fails five times a year: How would you model it?"],
        8,
    ),
    NotesFile(
        "one question with follow-ups", "F2",
        ["[L2] 混合精度为什么需要损失缩放？", "缩放因子怎么选？", "bfloat16 需要缩放吗？", "优化器的状态用什么精度？"],
    ),
    NotesFile(
        "questions in fences", "F3",
        ["How would you find why a metric fell?", "Which metrics fit a feed?",
         "You have 98 blue fish and 2 red ones. How many more make it 99 %?", "How do you order features?",
         "What is a well made product?"],
        4,
    ),
    NotesFile(
        "numbers without points", "F3",
        ["What is a Bayesian network?", "What is a constraint?", "What are good ways to choose features?",
         "How is a clustering judged?", "Generative models", "What is a sample?", "How large is it?",
         "Why is a sample drawn at random?"],
        1,
    ),
    NotesFile(
        "parts of a number", "F1",
        ["什么是 LangChain？", "LangChain 包含哪些概念？", "Chains 是什么？", "Templates 是什么？", "Agents 是什么？",
         "怎么评测？"],
        1,
    ),
    NotesFile(
        "quoted follow-ups", "F2",
        ["什么是梯度？", "能否详细解释方向导数？", "为什么要归一化？", "归一化放在激活之前还是之后？",
         "推理时用什么统计量？", "什么是残差？", "维度不同怎么办？"],
    ),
    NotesFile(
        "listed and answered below", "F3",
        ["特征穿越是什么？怎么发现？", "负样本怎么采样？", "冷启动怎么办？", "为什么要做校准？", "多目标怎么融合？"], 1,
        (":::warning", "特征穿越是什么？怎么发现？", "负样本怎么采样？", "冷启动怎么办？", "为什么要做校准？",
         "多目标怎么融合？", ":::", ":::color4"),
    ),
    NotesFile(
        "paragraphs below titles", "F3",
        ["How does the render cycle work?", "What is memoization? Where is it used?", "What is state management?",
         "Which kinds of state are there?", "What is a generic type?", "What should be tested?",
         "How do you mock a server?", "How do you work with a team?", "What does agile mean from your point of view?"],
        9,
    ),
    NotesFile(
        "interviewer below titles", "F2",
        ["追问链一：网关怎么分工: 平台是不是就是一个网关？", "追问链二：目录怎么设计: 业务怎么知道该用哪个模型？",
         "标签怎么避免变成拍脑袋？", "追问链三：限流怎么做: 限流按什么计？", "追问链四：故障怎么讲: 事故怎么止血？",
         "谁来决定回滚？", "多久复盘？"],
    ),
    NotesFile(
        "details containers", "F6",
        ["核心指标有哪些？", "优化有哪些手段？", "图片怎么优化？", "懒加载有什么代价？"],
    ),
    NotesFile(
        "arrows behind quotations", "F8",
        ["解析会被脚本阻塞吗", "回流和重绘的区别", "分代回收", "为什么定时器不准", "微任务什么时候执行"], 0,
        ("先解析，再布局。",),
    ),
    NotesFile(
        "answers folded below lines", "F3",
        ["When is the likelihood equal to the posterior?", "How to choose between two losses?",
         "Give an example of skewed data", "What is a prior?"],
    ),
    NotesFile(
        "subjects beside questions", "F2",
        ["What does momentum add to gradient descent?", "Why does Adam correct its bias?",
         "How do you choose a learning rate?", "How does a tree choose where to split?", "What is pruning?",
         "Why does bagging lower the variance?", "What does boosting fit in each round?",
         "How are missing values treated?", "What does dropout do when a network predicts?",
         "Which layers need few parameters?"],
        0, ("Eight hours before, and no new chapter after six.", "What you would wear to work there."),
    ),
    NotesFile(
        "scenarios above answers", "F1",
        ["What is an image of a machine?", "What does an image hold?",
         "Scenario 1: Your server is configured and runs the service. Five identical servers are needed by tonight. "
         "What would you do?",
         "Scenario 2: A server does not come back after a crash. How can you recover it quickly?",
         "Last case: Explain to a colleague why old images cost money."],
    ),
    NotesFile(
        "cases with a situation", "F10",
        ["Case 1: The dough does not rise: **Situation:** A cook leaves the dough near a cold window overnight. "
         "How would you find the reason?",
         "Case 2: The soup is too salty: **Situation:** Guests arrive in ten minutes. Nothing else is ready. "
         "What would you add first?",
         "Case 3: What is a split sauce? **Situation:** Fat swims on the sauce.",
         "Case 4: The oven stays cold: **Situation:** The light is on, the fan turns. Which part would you test?"],
    ),
    NotesFile(
        "sections with a remark", "F3",
        ["Why does dough rise?", "Why is it kneaded?", "What thickens a soup?", "Why is it skimmed?",
         "What holds mayonnaise together?", "When does a sauce split?"],
        0, ("**Note:** Asked in every kitchen.", "**Note:** Asked less often."),
    ),
    NotesFile(
        "code above the question", "F1",
        ["What does a cache keep?", "Which loop never ends?", "When is a lock needed?",
         "Read the loop: The rows are right. Why is the sum wrong?", "Two ways: Which one counts?", "A name too long",
         "How would you call it?"],
    ),
    NotesFile(
        "letters beside labels", "F1",
        ["What is an index?", "What does a join do?", "When is a table locked?", "What is a view?",
         "Speed up a report that reads all rows.", "Two clerks change one row. Keep both changes."],
    ),
    NotesFile(
        "a series partly in bullets", "F1",
        ["Explain how a bridge carries its load.", "Explain what wind does to a bridge.",
         "Explain how a bridge is tested before it opens.", "Explain which materials a bridge needs.",
         "Explain who looks after a bridge.", "Explain when a bridge is pulled down."],
    ),
    NotesFile(
        "steps in bullets below counted headings", "F1",
        ["How does a bridge carry its load?", "What does wind do to a bridge?", "How is a bridge tested?"],
    ),
    NotesFile(
        "labelled questions below orders", "F1",
        ["Design: retries: A pipeline has rising latency. As the engineer on call, "
         "what would you design first?",
         "Design: partitions: A pipeline reads a month at a time. As the engineer on call, "
         "what would you design first?",
         "What does a partition cost?",
         "Design: lineage: A pipeline has forgotten where a column comes from. As the engineer on call, "
         "what would you record first?",
         "Design: idempotency: A pipeline was run twice last night. As the engineer on call, "
         "what would you change first?",
         "Design: encryption: A pipeline carries names and addresses. As the engineer on call, "
         "what would you protect first?",
         "Design: costs: A pipeline costs twice as much as last month. As the engineer on call, "
         "what would you measure first?",
         "Design: deployment: A pipeline is released by hand. As the engineer on call, "
         "what would you automate first?",
         "Design: recovery: A pipeline may lose no more than five minutes. As the engineer on call, "
         "what would you save first?",
         "Troubleshoot: skew: A pipeline has one task that takes ten times as long. As the engineer on call, "
         "what would you check first?",
         "Troubleshoot: late data: A pipeline closes its windows too early. As the engineer on call, "
         "what would you check first?",
         "Troubleshoot: small files: A pipeline reads a million files. As the engineer on call, "
         "what would you check first?",
         "Troubleshoot: workflows: A pipeline waits for a lock. As the engineer on call, "
         "what would you check first?",
         "Troubleshoot: schemas: A pipeline fails since a column was renamed. As the engineer on call, "
         "what would you check first?"],
        1,
    ),
    NotesFile(
        "deeper level of questions", "F1",
        ["What is a cluster?", "What is a pod?", "What is a node?", "Why is a scheduler needed?",
         "How is a service found?", "What does an ingress do?", "Which object holds secrets?", "What is a volume?",
         "How does a rolling update work?", "What is a namespace in a cluster?",
         "How many kinds of services are there?",
         "Why are taints needed?", "How would you back up all of a cluster?",
         "What is a stateful set, and when would you use it instead of the usual deployment?",
         "Explain the concept of volumes that are claimed by pods.",
         "What is a chart, and how does it help to install large applications?", "Two words on probes",
         "Which probe tells that a container is ready to serve requests?"],
    ),
    NotesFile(
        "a second series of numbers", "F1",
        ["对齐的流程是什么？", "为什么要裁剪比值？", "低秩微调的原理是什么？", "训练分为哪几个阶段？",
         "奖励模型有什么用？", "裁剪的范围有何影响？", "幻觉的根源是什么？"],
    ),
    NotesFile(
        "lists below a title that asks", "F8",
        ["Which types are passed by reference?", "Is 0.1 + 0.2 equal to 0.3?", "When is memory released?",
         "What happens when two files import each other?", "How is a module loaded again?",
         "Where does a global variable live?", "Are events sent at once?", "How would you write a pause?",
         "What is a callback?"],
        9,
    ),
    NotesFile(
        "one hyphen below questions", "F2",
        ["Which tool do you use for logs?", "How are secrets passed to a pipeline?", "What does a gateway check?",
         "Why is the build slow?", "Who may merge?"],
    ),
    NotesFile(
        "questions between blank lines", "F2",
        ["内联函数有什么用？", "构造函数可以是虚函数吗？", "析构函数为什么常是虚函数？",
         "static和const有什么区别？", "struct和class有什么区别？", "指针和引用有什么区别？",
         "智能指针有哪几种？", "多态是怎么实现的？", "内存怎么对齐？", "单例怎么写？"],
        7,
    ),
    NotesFile(
        "bold questions below a name", "F2",
        ["What is attention?", "How are the weights found?", "Why are they scaled?", "Why are there several heads?",
         "Why do queries and keys have different weights?", "How is padding masked?",
         "Why is the dimension of a head reduced?", "What does the residual connection do?",
         "Where may dropout stand?"],
    ),
    NotesFile(
        "rapid fire behind counted headings", "F1",
        ["What is a volume?", "Which volumes are fast?", "What is a snapshot?", "Where do snapshots live?",
         "What is a mount point?", "Who may attach a volume?", "What does resizing change?",
         "Which command shows all volumes?", "What is an inode?", "Is a volume block storage?",
         "Why is a file system needed?", "What is a hard link?"],
    ),
    NotesFile(
        "parts that begin again", "F5",
        ["What is an image?", "What is a container?", "How is an image built?", "Explain layers of an image.",
         "How are containers linked?", "What is a registry?", "How is a container stopped?",
         "What does a health check do?", "Why are volumes needed?", "How do you see logs?", "Which user runs in it?",
         "How would you secure it?"],
    ),
    NotesFile(
        "names before colons", "F8",
        ["How would you speed up a slow frame?", "Write a function for k-means.", "Compare two kinds of boosting.",
         "How would you treat rare classes?", "What is transfer learning?", "Why do gradients vanish?",
         "How would you tell two samples apart?", "Derive the estimate of a mean."],
        8,
    ),
    NotesFile(
        "graded tasks above solutions", "F2",
        ["[Probability] Two coins: One of two coins is fair. You throw one of them five times and see heads each "
         "time. What is the chance that it is the fair one?",
         "[Coding] Sampling: Say we are given a list of weighted names. How do we draw from it?",
         "[Statistics] Drawing: You draw from a normal distribution once a day. What is the expected number of days "
         "until a value above two?",
         "[Coding] Mirror: Given a tree, write a function that tells whether it is its own mirror."],
    ),
    NotesFile(
        "a mock interview with follow ups", "F3",
        ["How would you design a payment that may be sent twice?", "What are too many queries in a loop?",
         "Tell me about a time you disagreed with a technical decision.",
         "How did you know that your approach was better?", "Tell me about a failure in production that you caused.",
         "What did you change afterwards?", "How do you keep a model from inventing sources?"],
        4,
    ),
    NotesFile(
        "questions below a lone label", "F2",
        ["What is a selector?", "What is the difference between id and class?", "What does the box of an element hold?",
         "Which rule wins?", "Does local storage expire?"],
    ),
    NotesFile(
        "tasks below headings", "F10",
        ["Query 1: Basic operations: Load the table and show its first ten rows.",
         "Query 2: Joins: Join the sales with the customers.",
         "Query 3: Windows: Calculate running totals by date.",
         "Query 4: Cleaning: Handle missing values in the prices.",
         "Query 5: Export: Save the result in three formats.", "Which of them is slow?"],
        1,
    ),
    NotesFile(
        "labels alone below scenarios", "F1",
        ["What does the service watch?", "Which logs does it read?", "Can it block traffic?",
         "How long are findings kept?",
         "Scenario 1: Mining detected: A finding of high severity names one server. What would you do?",
         "Scenario 2: Keys used elsewhere: The keys of a user are seen in another country. What comes first?",
         "Scenario 3: Too many findings: How do you keep the noise down?"],
    ),
    NotesFile(
        "numbers with points behind q", "F3",
        ["What is a window function?", "What is a frame?", "Write a query for the salary before."],
    ),
    NotesFile(
        "an exam day by day", "F5",
        ["Which of these is unsupervised?", "Overfitting occurs when:",
         "The training error is usually _____ the test error.", "A core point of a density cluster is:",
         "Early stopping watches:", "Momentum keeps:"],
    ),
    NotesFile(
        "html headings of two levels", "F7",
        ["什么是过拟合？", "什么是欠拟合？", "正则化的作用是什么？", "范数有什么用？", "什么是梯度爆炸？",
         "为什么要归一化？", "什么是早停？", "混合专家和集成有哪些异同？", "稀疏和稠密模型有哪些异同？"],
    ),
    NotesFile(
        "rows of questions beside names", "F3",
        ["hashmap 如何解决冲突？", "hashmap 什么时候会触发扩容？", "并发操作 hashmap 时为什么会有死循环？",
         "扩容时每个 entry 需要再计算一次 hash 吗？", "数组长度为什么要保证是 2 的幂？",
         "ConcurrentHashMap 是如何保证并发安全的？", "ConcurrentHashMap 是如何让多线程同时扩容？",
         "DelayQueue 是如何实现的？", "CopyOnWriteArrayList 是如何保证安全的？"],
        8,
    ),
    NotesFile(
        "stated scenarios", "F10",
        ["Scenario 1: Labels are noisy: About 15 % of the labels are wrong.",
         "Scenario 2: A slow model: The latency must fall from 200 ms to 50 ms.",
         "Scenario 3: Drift: The input distribution moves every month."],
    ),
    NotesFile(
        "questions to the interviewer at the end", "F5",
        ["为什么 FFN 要升维？", "为什么要缩放点积？", "LoRA 的 rank 怎么选？"],
        0, ("面试官人很好。",),
    ),
    NotesFile(
        "a short talk with an interviewer", "F3",
        ["What is a component?", "This component renders twice.", "Why does a list need keys?"],
    ),
    NotesFile(
        "a lone chinese label", "F2",
        ["什么是选择器？", "id 和 class 有什么区别？", "盒模型由什么组成？", "哪条规则优先？"],
    ),
    NotesFile(
        "quoted lists of a diary", "F3",
        ["项目里的一致性怎么保证？", "消息怎么保证不丢？", "顺序怎么保证？", "推还是拉？为什么？",
         "分布式锁会降低并发吗？", "怎么避免热点？", "缓存和库怎么一致？", "二阶段提交有什么缺点？",
         "怎么设计一个队列？"],
        8,
    ),
    NotesFile(
        "slanted labels", "F3",
        ["How would you improve a medical answer?", "How do you choose five examples?",
         "What does a system message do?"],
    ),
    NotesFile(
        "a paragraph of questions", "F2",
        ["What is a receptive field?", "How does depth estimation work?", "Which metrics are used for detection?",
         "Can you explain denoising?", "Describe what equalization does to a histogram.",
         "What is recognition of characters?", "Describe how pictures are stitched.", "Can you explain a pyramid?",
         "What is inpainting?"],
        6,
    ),
    NotesFile(
        "questions behind signs", "F1",
        ["What is a KV cache?", "Why is decoding bound by memory?", "What is continuous batching?",
         "How would you choose the scale of an activation?", "Why are outliers a problem for eight bits?",
         "Explain how a group size changes the error.", "What does tensor parallelism split?",
         "How do pipeline bubbles arise?", "Which of them needs the faster link?"],
        6,
    ),
    NotesFile(
        "bold over two lines", "F3",
        ["Why does gradient accumulation give the same step as a larger batch?",
         "What is the difference between data and tensor parallelism?", "What is activation checkpointing?",
         "A run on 64 devices is slower for each sample than one on 8. What do you look at first?"],
    ),
    NotesFile(
        "kinds of exercises", "F10",
        ["以下哪个不是注意力的输入？", "缩放点积注意力除以的数是：", "多个头的输出是相加的。（对 / 错）",
         "为什么要缩放点积？", "写出一个单头注意力的实现。"],
        3,
    ),
    NotesFile(
        "a number behind a misspelt label", "F3",
        ["What is training data?", "What is validation data?", "What is test data?", "What is leakage?",
         "What is drift?", "What is a baseline?"],
    ),
    NotesFile(
        "letters with answers", "F5",
        ["Explain the model.", "Why is the function called logistic?", "What does the boundary look like?",
         "Explain the loss.", "Which loss is it trained with?", "Is that loss convex?"],
        2,
    ),
    NotesFile(
        "a list below a title", "F2",
        ["Which loss functions do you know?", "Explain the use of a validation set.", "What is regularization?",
         "How do you choose a learning rate?", "What happens when the classes are imbalanced?",
         "Describe how a tree is pruned."],
        6,
    ),
    NotesFile(
        "responses below headings", "F10",
        ["Tensors — 10 minutes: Implement the standardization of rows without loops.",
         "Batches — 10 minutes: Write a component that replaces values that are not finite."],
    ),
    NotesFile(
        "orders in quotes", "F3",
        ["Design a chatbot for the users of a bank.", "Design a system that finds fraud in real time.",
         "How would you forecast the sales of a region?", "Design a recommender for a shop."],
    ),
    NotesFile(
        "options with keys", "F1",
        ["What does a step of descent follow?", "What is printed?", "下列哪些有参数？",
         "Which of the following is a pooling?", "What does a layer of convolution have?"],
        1,
    ),
    NotesFile(
        "questions that go on", "F1",
        ["Why is cross-entropy preferred?",
         "What problem does the logits form solve? Why is it preferred over a sigmoid followed by the loss?",
         "What flows backward? Is it the loss? The gradients? Explain carefully.", "What is a gradient?",
         "When is a minibatch too large? How do you notice it? What do you change first?"],
        3,
    ),
    NotesFile(
        "follow-ups below labels", "F1",
        ["Why should a loss be smooth?", "How does a kink affect the backward pass?", "Why is the error squared?",
         "What would the mean of raw errors give?"],
    ),
    NotesFile(
        "keys as numbers", "F1",
        ["What is pooling?", "Why does it reduce computation?", "What does max pooling lose?",
         "What is global pooling?"],
    ),
    NotesFile(
        "a collection called FAQ", "F5",
        ["什么是主键？外键是什么？", "如何插入一条记录？", "解释三个范式。", "什么是索引？", "如何对结果排序？",
         "如何优化慢查询？"],
        6,
    ),
    NotesFile(
        "labels of what is asked", "F3",
        ["Is the cache shared between two prompts?", "Does a larger batch always raise the throughput?",
         "What is lost with four bits?", "How do you mitigate class imbalance?", "When do you stop a training?",
         "How would you modify a model to shard over several nodes?", "What is tensor sharding?",
         "Describe how stateful layers are handled when a batch is split.", "How would you profile a slow training?"],
        4,
    ),
    NotesFile(
        "answers behind arrows", "F8",
        ["What is a learning rate, and what does it scale?",
         "What happens when a model has several losses and none of them is weighted?",
         "Why is the loss of a large batch smoother than that of a small one, and what follows from it for the step?",
         "Name three optimizers and what each adds.", "What is weight decay?",
         "Bias and variance: Explain the trade-off between bias and variance.",
         "Overfitting: What is overfitting, and how is it noticed?", "Regularization: What is regularization?",
         "Calibration: How would you check that probabilities are calibrated?",
         "Drift: Describe how you would notice drift."],
    ),
    NotesFile(
        "a list answered in other words", "F5",
        ["最近读过哪些论文？", "开源框架了解过哪些？", "自注意力机制是如何工作的？", "什么是位置编码？",
         "请你详细介绍旋转位置编码，它的优劣势分别是什么？",
         "多查询注意力和分组查询注意力的区别", "什么是缩放定律？"],
        2,
    ),
    NotesFile(
        "a list alike answered questions", "F2",
        [f"What is the time complexity of {step} in {structure}?"
         for structure in ("an array", "a linked list") for step in ("access", "search", "insertion", "deletion")],
        4,
    ),
    NotesFile(
        "kinds that divide exercises", "F5",
        ["What does pooling do to an image?", "What stands at the border of a padded image?",
         "Why are activations normalised?", "Why are there residual connections?", "Is a kernel learnt?",
         "Has pooling weights?"],
    ),
    NotesFile(
        "criteria that ask", "F1",
        ["What is a model registry?", "How do you measure whether the platform helps?", "What is drift?",
         "What stands in a model card?"],
    ),
    NotesFile(
        "a section behind bold questions", "F1",
        ["What is continuous batching?", "Why is decoding memory bound?", "How is a KV cache paged?",
         "Which layer has no parameters?", "What does a roofline show?"],
    ),
    NotesFile(
        "choices beside headings", "F1",
        ["感受野是什么？", "推理时BN怎么做？", "下列哪个优化器保存二阶矩估计？（ ）",
         "关于层归一化，下列说法正确的是（多选）"],
    ),
    NotesFile(
        "a key at the end", "F5",
        ["Which optimizer keeps a second moment?", "Which are true of layer normalization? (choose all)",
         "What is the side of the output of a 3×3 convolution with padding 1 on 32×32?"],
    ),
    NotesFile(
        "what an interviewer says", "F1",
        ["What will this code print?", "Coding: Write a function that removes duplicates.",
         "When is a set better than a list?", "Debugging: This code fails sometimes. Why?"],
    ),
    NotesFile(
        "short names among interview questions", "F1",
        ["学习率预热", "梯度裁剪、权重衰减", "余弦退火", "什么是批归一化？", "什么是层归一化？",
         "为什么推理时用滑动平均？", "批次很小时怎么办？", "归一化放在激活前还是激活后？",
         "为什么有缩放和平移？", "什么是内部协变量偏移？", "归一化与丢弃有什么冲突？"],
    ),
    NotesFile(
        "questions to ask oneself", "F2",
        ["How do you choose a batch size?", "What is a pass over the data?", "What is a warm-up?"],
    ),
    NotesFile(
        "calls above letters", "F2",
        ["zero_grad()", "What does backward() do?", "What does step() do?", "What does detach() do?"],
    ),
    NotesFile(
        "chapters above solutions", "F2",
        ["What is a perceptron?", "What is a bias?", "What is a stride?", "What is a dilation rate?"],
    ),
    NotesFile(
        "bold questions below a scenario", "F10",
        ["Scenario 1: The loss is too large. What do you do?",
         "What is a loss scale?", "What is an outlier?", "What is a clipped gradient?",
         "What is a smooth label?", "What is a weighted loss?",
         "Scenario 2: The loss is too small. What do you do?", "Scenario 3: The loss jumps. What do you do?",
         "Scenario 4: The loss stops falling. What do you do?", "Scenario 5: The loss is not a number. What do you do?",
         "Scenario 6: The loss falls at first only. What do you do?",
         "Scenario 7: The loss differs between runs. What do you do?",
         "Scenario 8: The loss is lower on new data. What do you do?",
         "Scenario 9: The loss rises after a restart. What do you do?",
         "Scenario 10: The loss falls too slowly. What do you do?",
         "Scenario 11: The loss is constant. What do you do?"],
    ),
    NotesFile(
        "bold questions below an explained name", "F2",
        ["What is an update?", "What is a checkpoint?", "What is a plateau?", "Gradient descent with a memory",
         "What is its rate of decay?", "Why does it start slowly?", "What is looking ahead?", "What is a heavy ball?",
         "Where does it oscillate?"],
    ),
    NotesFile(
        "bold parts that partly ask", "F2",
        [*(f"What is norm {number}?" for number in range(4)), "Group norms and their parts"],
    ),
    NotesFile(
        "answers below counted bullets", "F4",
        ["什么是感受野", "为什么用小卷积核", "池化层有哪些", "什么是批归一化", "什么是残差连接", "学习率怎么调",
         "梯度裁剪: 为什么要裁剪？", "梯度裁剪: 按范数还是按值？", "什么是早停", "什么是标签平滑"], 2,
    ),
    NotesFile(
        "numbers hidden by what follows", "F4",
        ["什么是滑动平均", "为什么要预热", "4亿条样本怎么去重", "什么是早停", "n层网络有多少个参数", "怎么初始化",
         "100层的网络", "什么是量化", "什么是蒸馏", "什么是剪枝", "剪枝之后怎么微调", "什么是低秩分解",
         "为什么要合并权重"], 13,
    ),
    NotesFile(
        "a heading with a number right before its words", "F1",
        ["What is a border?", "What is a pooled window?", "Strided convolution", "What is a stride?",
         "What is a kernel?", "What is a dilated window?"],
    ),
    NotesFile("tasks below some names", "F2", [f"Table {number}" for number in range(12)]),
    NotesFile(
        "names counted behind questions", "F1",
        [*(f"What does layer {number} do?" for number in range(1, 10)),
         *(f"Layer {number} in short" for number in range(10, 13))],
    ),
    NotesFile(
        "labelled bold questions in cells", "F3",
        ["Why is the input padded?", "What does the largest value of a window keep of it?",
         "How far does a window move?", "When is a rate too large?", "What is a norm of a batch?"],
        unplaced=("They were kind.",),
    ),
    NotesFile(
        "cases above a fold", "F3",
        ["An oven burns one loaf in five. Two loaves are baked apart from each other. What is the probability that "
         "both are burnt?",
         "A scale shows too much on one day in ten. The flour is weighed once a day. It rained on half of these days. "
         "Calculate the probability that it shows too much on a dry day.",
         "Given a dough that doubles each hour. After how many hours does it fill eight litres?",
         "What does salt do to a dough?", "Why does a dough without salt taste of nothing?",
         "A baker has two kinds of yeast. Which of them is kept cold?", "Which of them is stirred into warm water?",
         "A loaf is cut while it is hot.", "Why should it cool on a grid?",
         "Why is dough kneaded?", "What is a sourdough?", "How warm is an oven for bread?",
         "What is proofing?", "Why is steam let into the oven?", "What is a biga?",
         "What is rye?", "Why is it kept cool?",
         "What does this curve of a rising dough show? Name the hour in which it bends."],
    ),
)  # fmt: skip
FILES = {one.name: one for one in _FILES}
