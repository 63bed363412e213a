"""The generator's own word lists. Persons and communes are put together from syllables; nobody real is meant.
Provinces and their codes are public facts and make ids plausible."""

FAMILY = """Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đoàn Trịnh Đinh Mai Tô Lưu Cao
Thái Tạ Quách Lương Vương La Giàng Lò Sùng Đàm Nông Triệu Khổng Nghiêm Tống Âu Chế""".split()
MIDDLE = {
    "male": """Văn Đức Hữu Quang Minh Công Thành Bảo Gia Xuân Trọng Đình Khắc Viết Hoàng Thế Ngọc Duy Nhật Anh
Tuấn Chí Phúc Hải""".split(),
    "female": """Thị Thị Thị Thị Ngọc Thu Thanh Phương Bích Mỹ Kim Hồng Diệu Khánh Bảo Quỳnh Tuyết Hà Thùy Như
Thúy Cẩm""".split(),
}
GIVEN = {
    "male": """Thoại Khuê Trường Nghĩa Dũng Kiệt Phước Lộc Vượng Thịnh Quyết Huân Chuẩn Hiếu Bằng Sửu Nhẫn Tuyển Kỳ
Giáp Khởi Đệ Toản Thạch Diệm Nghị Quế Hãnh Mẫn Ước Thưởng Điền Vỹ Lãm Huỳnh Tước Khiêm Luân Phong Thuật""".split(),
    "female": """Thoa Diễm Nguyệt Huệ Quyên Thảo Nhạn Liễu Trúc Mẫu Hạnh Xuyến Ngà Duyên Thủy Mận Lụa Hoài Oanh
Phượng Nhã Đào Thơm Cúc Sương Uyên Vĩnh Tâm Hiền Khuyên Giáng Ngân Ánh Hậu Lành Tươi Nết Thuận Trâm Hường""".split(),
}
# Names for committed samples: plain to anybody that they are made up.
SAMPLE_MIDDLE = {"male": ["Văn", "Thử", "Giả", "Ví"], "female": ["Thị", "Thử", "Giả", "Ví"]}
SAMPLE_GIVEN = {"male": ["Mẫu", "Nghiệm", "Định", "Dụ"], "female": ["Mẫu", "Nghiệm", "Tưởng", "Dụ"]}

ETHNICITY = ["Kinh"] * 12 + ["Tày", "Thái", "Mường", "Khmer", "Nùng", "Dao", "Hoa", "Gia Rai", "Ê Đê", "Sán Chay",
                             "Cơ Ho", "Chăm", "Sán Dìu", "Hrê", "Xơ Đăng", "Thổ", "Giáy", "Cơ Tu"]
RELIGION = ["Không"] * 7 + ["Phật giáo", "Công giáo", "Tin Lành", "Cao Đài", "Phật giáo Hòa Hảo"]

PROVINCES = [("001", "thành phố Hà Nội"), ("002", "tỉnh Hà Giang"), ("008", "tỉnh Tuyên Quang"),
             ("010", "tỉnh Lào Cai"), ("015", "tỉnh Yên Bái"), ("019", "tỉnh Thái Nguyên"), ("022", "tỉnh Quảng Ninh"),
             ("024", "tỉnh Bắc Giang"), ("025", "tỉnh Phú Thọ"), ("027", "tỉnh Bắc Ninh"), ("030", "tỉnh Hải Dương"),
             ("031", "thành phố Hải Phòng"), ("034", "tỉnh Thái Bình"), ("036", "tỉnh Nam Định"),
             ("038", "tỉnh Thanh Hóa"), ("040", "tỉnh Nghệ An"), ("042", "tỉnh Hà Tĩnh"), ("044", "tỉnh Quảng Bình"),
             ("048", "thành phố Đà Nẵng"), ("049", "tỉnh Quảng Nam"), ("052", "tỉnh Bình Định"),
             ("056", "tỉnh Khánh Hòa"), ("066", "tỉnh Đắk Lắk"), ("068", "tỉnh Lâm Đồng"), ("075", "tỉnh Đồng Nai"),
             ("079", "Thành phố Hồ Chí Minh"), ("082", "tỉnh Tiền Giang"), ("087", "tỉnh Đồng Tháp"),
             ("089", "tỉnh An Giang"), ("092", "thành phố Cần Thơ"), ("096", "tỉnh Cà Mau")]
# Provinces that still exist after 1 July 2025, for papers issued since.
PROVINCES_NEW = [p for p in PROVINCES if p[0] in
                 "001 008 010 019 022 025 027 031 038 040 042 048 056 066 068 075 079 087 089 092 096".split()]
PLACE_A = """Sông Đồi Suối Bến Mây Nắng Gió Trúc Sen Đá Lúa Hạc Phượng Thạch Vĩnh Tân An Bình Phú Hưng Kim Ngọc
Thanh Diên Cẩm Xuân Đông Nghĩa Quỳnh""".split()
PLACE_B = """Đá Trắng Vàng Biếc Khê Lâm Hà Thủy Sơn Mỹ Hội Lộc Trạch Điền Phong Thái Giang Cường Thượng Hạ Lạc
Xuyên Tường Quý Nguyên Khánh""".split()
STREETS = """Hàng Trúc|Bến Nứa|Lê Vĩnh Khoát|Trần Công Soạn|Hoa Sữa|Đê La Thạch|Nguyễn Hữu Cảo|Chợ Gạo Cũ|Cây Đa
Đôi|Phan Đình Tuyển|Ngô Thì Lãng|Kênh Tám Thước|Bờ Sông|Lý Tự Quang""".replace("\n", " ").split("|")
HOSPITALS = ["Bệnh viện đa khoa", "Trung tâm y tế", "Bệnh viện Phụ sản", "Trạm y tế", "Bệnh viện Sản - Nhi"]

POLICE = "Cục Cảnh sát quản lý hành chính về trật tự xã hội"

DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()
